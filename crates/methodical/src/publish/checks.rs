//! What speaks against a publication. All of it is told at once, each with what mends it.

use super::Package;

/// Reasons not to publish.
#[derive(Debug, Default)]
pub(crate) struct Refusals(Vec<(String, String)>);

impl Refusals {
    /// One more, with what mends it.
    pub(crate) fn add(&mut self, reason: impl Into<String>, mend: impl Into<String>) {
        let refusal = (reason.into(), mend.into());
        if !self.0.contains(&refusal) {
            self.0.push(refusal);
        }
    }

    /// Whether nothing speaks against it.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As text. What the same command mends stands together.
    pub(crate) fn text(&self) -> String {
        let count = self.0.len();
        let mut text = format!("nothing is published, for {count} reason{}:\n", if count == 1 { "" } else { "s" });
        let mut mends: Vec<&str> = Vec::new();
        for (_, mend) in &self.0 {
            if !mends.contains(&mend.as_str()) {
                mends.push(mend);
            }
        }
        for mend in mends {
            text.push('\n');
            let reasons = self.0.iter().filter(|(_, other)| other == mend);
            reasons.for_each(|(reason, _)| text.push_str(&format!("  {}\n", reason.replace('\n', "\n  "))));
            text.push_str(&format!("  => {mend}\n"));
        }
        text
    }
}

/// What a crate's manifest lacks for who finds it in a registry. `mend` says where a member is set.
pub(crate) fn metadata(package: &Package, mend: &dyn Fn(&str) -> String, refusals: &mut Refusals) {
    let name = &package.name;
    let is_blank = |text: &Option<String>| text.as_ref().is_none_or(|text| text.trim().is_empty());
    let missing = [
        ("description", "description", is_blank(&package.description)),
        ("licence", "license", is_blank(&package.license) && package.license_file.is_none()),
        ("repository", "repository", is_blank(&package.repository)),
        ("keywords", "keywords", package.keywords.is_empty()),
        ("oldest Rust that it is tested with", "rust-version", is_blank(&package.rust_version)),
    ];
    for (what, member, _) in missing.iter().filter(|(_, _, is_missing)| *is_missing) {
        refusals.add(format!("{name} says no {what}"), mend(member));
    }
    let docs_rs = package.metadata.get("docs").and_then(|docs| docs.get("rs"));
    if docs_rs.is_none() {
        refusals.add(format!("{name} does not say how docs.rs builds its documentation"), mend("metadata.docs.rs"));
    }
    let is_license = |name: &std::ffi::OsStr| {
        let name = name.to_string_lossy().to_ascii_uppercase();
        name.starts_with("LICENSE") || name.starts_with("LICENCE") || name.starts_with("COPYING")
    };
    let mut files = std::fs::read_dir(package.folder()).into_iter().flatten().flatten();
    if package.license_file.is_none() && !files.any(|file| is_license(&file.file_name())) {
        refusals.add(format!("{name} does not carry the text of its licence"), mend("license-files"));
    }
    let dependencies = package.dependencies.iter().filter(|dependency| dependency.kind.as_deref() != Some("dev"));
    for dependency in dependencies.filter(|dependency| dependency.path.is_some() && dependency.req == "*") {
        refusals.add(
            format!(
                "{name} depends on {} by its folder alone, and in a registry there are no folders",
                dependency.name
            ),
            format!("give it a version too, in {}", package.manifest_path.display()),
        );
    }
}

/// Whether crates may go to a registry, and look for each other in it.
pub(crate) fn registries(packages: &[Package], registry: Option<&str>, refusals: &mut Refusals) {
    let wanted = registry.unwrap_or("crates-io");
    for package in packages {
        let name = &package.name;
        if let Some(allowed) = package.publish.as_ref().filter(|allowed| !allowed.iter().any(|one| one == wanted)) {
            match allowed.as_slice() {
                [] => refusals.add(
                    format!("{name} is not meant to be published"),
                    format!("take `publish = false` out of {}", package.manifest_path.display()),
                ),
                some => refusals.add(
                    format!("{name} is for {}, and not for {wanted}", some.join(", ")),
                    "name that one by --registry, or set `registry` under [api.package] in methodical.toml",
                ),
            }
        }
        let among = |name: &str| packages.iter().any(|package| package.name == name);
        for dependency in package.dependencies.iter().filter(|dependency| among(&dependency.name)) {
            if dependency.registry.is_some() != registry.is_some() {
                let elsewhere = if registry.is_some() { "in the public registry" } else { "in another registry" };
                refusals.add(
                    format!("{name} looks for {} {elsewhere}, and it goes to {wanted}", dependency.name),
                    "set `registry` under [api.package], and under [api.runtime] for the runtimes, in methodical.toml, and generate",
                );
            }
        }
    }
}
