//! The page of a review in a real browser: it shows everything, and its filters choose.

use serde_json::{Value, json};

use crate::page::{Page, is_there};
use crate::review::Pair;

#[test]
fn the_page_of_a_review_in_a_browser() -> std::io::Result<()> {
    if !is_there("the_page_of_a_review_in_a_browser") {
        return Ok(());
    }
    let pair = Pair::broken()?;
    let run = pair.review(&["--report", "html=review.html", "--format", "json"]);
    let report: Value = serde_json::from_str(&run.stdout).expect("JSON");
    let changes = report["changes"].as_array().expect("changes");
    let mut page = Page::open();
    let url = format!("file://{}", pair.folder.path().join("review.html").display());
    page.call("Page.navigate", json!({ "url": url }));
    page.wait_until("document.querySelectorAll('article').length > 0");

    assert_eq!(shown(&mut page), all(changes, |_| true), "at first everything is shown");
    assert_eq!(page.text("document.getElementById('shown').textContent"), format!("{} changes", changes.len()));

    page.click("input[name=level][value=compatible]");
    assert_eq!(shown(&mut page), all(changes, |change| change["level"] != "compatible"), "without the compatible ones");
    page.click("input[name=level][value=compatible]");

    page.click("input[name=plane][value=wire]");
    page.click("input[name=plane][value=rust]");
    assert_eq!(shown(&mut page), all(changes, |change| change["promises"].is_object()), "those of promises alone");
    page.click("input[name=plane][value=wire]");
    page.click("input[name=plane][value=rust]");

    page.value("document.querySelector('select').value = 'regions'");
    page.value("document.querySelector('select').dispatchEvent(new Event('input', { bubbles: true }))");
    let of_regions =
        |change: &Value| change["reach"].as_array().is_some_and(|reach| reach.iter().any(|at| at["tag"] == "regions"));
    let regions = all(changes, of_regions);
    assert!(!regions.is_empty() && regions.len() < changes.len());
    assert_eq!(shown(&mut page), regions, "those of one tag");
    let count = page.text("document.getElementById('shown').textContent");
    assert_eq!(count, format!("{} of {} changes", regions.len(), changes.len()));
    page.value("document.querySelector('select').value = ''");

    page.value("document.querySelector('input[type=search]').focus()");
    page.call("Input.insertText", json!({ "text": "deletetag" }));
    page.wait_until(
        "!document.getElementById('none').hidden || document.querySelectorAll('article:not([hidden])').length > 0",
    );
    let everything = page.everything();
    assert!(everything.contains("operationId: deleteTag"), "both sides of the text are there");
    assert!(shown(&mut page).len() < changes.len(), "a search chooses");
    assert!(page.text("location.search").contains("text=deletetag"), "the choice is in the address");

    let (x, y) = (page.value("document.documentElement.scrollWidth"), page.value("window.innerWidth"));
    assert!(x.as_u64() <= y.as_u64(), "nothing is wider than the window: {x} of {y}");
    assert_eq!(page.complaints(), Vec::<&Value>::new(), "errors in the console");
    Ok(())
}

/// The fingerprints of the changes that can be seen.
fn shown(page: &mut Page) -> Vec<String> {
    let ids =
        page.value("[...document.querySelectorAll('article')].filter(one => one.offsetHeight > 0).map(one => one.id)");
    texts(ids.as_array().expect("a list").iter())
}

fn all(changes: &[Value], holds: impl Fn(&Value) -> bool) -> Vec<String> {
    texts(changes.iter().filter(|change| holds(change)).map(|change| &change["fingerprint"]))
}

fn texts<'v>(values: impl Iterator<Item = &'v Value>) -> Vec<String> {
    values.map(|value| value.as_str().expect("text").to_owned()).collect()
}
