//! Versions in methodical.toml, with all else as its author wrote it.

use std::path::Path;

use anyhow::{Context, ensure};
use toml_edit::{DocumentMut, InlineTable, Item, TableLike, Value};

/// Gives crates of an API these versions: by what each is called behind the API's name. Whether anything had to be written.
///
/// A version that all have is `package.version`; where they differ, `package.versions` has those that are not that one.
///
/// # Errors
///
/// The file cannot be read or written, or has no such API.
pub(crate) fn set_versions(path: &Path, api: &str, versions: &[(&str, String)]) -> anyhow::Result<bool> {
    let before = fs_err::read_to_string(path)?;
    let mut file: DocumentMut = before.parse().with_context(|| format!("{} is no TOML", path.display()))?;
    let package = package(&mut file, api).with_context(|| format!("{} has no API `{api}`", path.display()))?;
    set(package, versions)?;
    let after = file.to_string();
    if after == before {
        return Ok(false);
    }
    fs_err::write(path, after)?;
    Ok(true)
}

fn package<'a>(file: &'a mut DocumentMut, api: &str) -> Option<&'a mut dyn TableLike> {
    let is_named = |table: &dyn TableLike| table.get("name").and_then(Item::as_str) == Some(api);
    let table: &mut dyn TableLike = match file.get_mut("api")? {
        Item::ArrayOfTables(tables) => tables.iter_mut().find(|table| is_named(*table))?,
        Item::Value(Value::Array(array)) => {
            array.iter_mut().filter_map(Value::as_inline_table_mut).find(|table| is_named(*table))?
        }
        Item::None | Item::Value(_) | Item::Table(_) => return None,
    };
    table.get_mut("package")?.as_table_like_mut()
}

fn set(package: &mut dyn TableLike, versions: &[(&str, String)]) -> anyhow::Result<()> {
    let default = package.get("version").and_then(Item::as_str).unwrap_or_default().to_owned();
    let has_own = package.get("versions").and_then(Item::as_table_like).is_some_and(|table| !table.is_empty());
    let shared = versions.first().map(|(_, version)| version).filter(|_| !has_own);
    if let Some(shared) = shared.filter(|shared| versions.iter().all(|(_, version)| version == *shared)) {
        return replace(package, "version", shared);
    }
    for (kind, version) in versions {
        let own = package.get("versions").and_then(|own| own.get(*kind)).is_some();
        if !own && *version == default {
            continue;
        }
        if package.get("versions").is_none() {
            package.insert("versions", Item::Value(Value::InlineTable(InlineTable::new())));
        }
        let own = package.get_mut("versions").and_then(Item::as_table_like_mut);
        replace(own.context("`versions` under [api.package] is no table")?, kind, version)?;
    }
    Ok(())
}

/// Another text in the same place, with the comment behind it.
fn replace(table: &mut dyn TableLike, key: &str, text: &str) -> anyhow::Result<()> {
    match table.get_mut(key) {
        Some(item) if item.as_str() == Some(text) => {}
        Some(item) => {
            let value = item.as_value_mut();
            ensure!(value.is_some(), "`{key}` under [api.package] is no text");
            if let Some(value) = value {
                let decor = value.decor().clone();
                *value = Value::from(text);
                *value.decor_mut() = decor;
            }
        }
        None => {
            table.insert(key, toml_edit::value(text));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, versions: &[(&str, &str)], expect: &str) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("methodical.toml");
        fs_err::write(&path, text).expect("a file in it");
        let versions: Vec<_> = versions.iter().map(|(kind, version)| (*kind, (*version).to_owned())).collect();
        set_versions(&path, "shop", &versions).expect("it can be written");
        assert_eq!(fs_err::read_to_string(&path).expect("it is there"), expect);
        assert!(
            !set_versions(&path, "shop", &versions).expect("it can be read"),
            "a second time there is nothing to do"
        );
    }

    const ALIKE: &str = "# ours\n[[api]]\nname = \"other\"\n[api.package]\nversion = \"0.1.0\"\n\n[[api]] # the shop\nname = \"shop\"\n\
                         [api.package]\nversion = \"0.1.0\" # of all\nlicense = \"MIT\"\n[review]\n";

    #[test]
    fn what_all_have_stands_once() {
        let expect = "# ours\n[[api]]\nname = \"other\"\n[api.package]\nversion = \"0.1.0\"\n\n[[api]] # the shop\nname = \"shop\"\n\
                      [api.package]\nversion = \"0.2.0\" # of all\nlicense = \"MIT\"\n[review]\n";
        check(ALIKE, &[("types", "0.2.0"), ("client", "0.2.0")], expect);
    }

    #[test]
    fn what_differs_stands_by_name() {
        let expect = "# ours\n[[api]]\nname = \"other\"\n[api.package]\nversion = \"0.1.0\"\n\n[[api]] # the shop\nname = \"shop\"\n\
                      [api.package]\nversion = \"0.1.0\" # of all\nlicense = \"MIT\"\n\
                      versions = { client = \"0.2.0\", server = \"0.1.1\" }\n[review]\n";
        check(ALIKE, &[("types", "0.1.0"), ("client", "0.2.0"), ("server", "0.1.1")], expect);
    }

    #[test]
    fn what_stands_by_name_stays_where_it_is() {
        let text = "[[api]]\nname = \"shop\"\n[api.package]\nversion = \"0.1.0\"\n[api.package.versions]\nclient = \"0.2.0\" # renamed\n";
        let expect = "[[api]]\nname = \"shop\"\n[api.package]\nversion = \"0.1.0\"\n[api.package.versions]\nclient = \"0.3.0\" # renamed\n\
                      types = \"0.3.0\"\n";
        check(text, &[("types", "0.3.0"), ("client", "0.3.0")], expect);
        let text = "api = [{ name = \"shop\", package = { version = \"1.0.0\" } }]\n";
        check(text, &[("types", "1.1.0"), ("client", "1.1.0")], &text.replace("1.0.0", "1.1.0"));
    }
}
