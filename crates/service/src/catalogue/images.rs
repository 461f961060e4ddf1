//! The images: operating systems plain, with an application installed, and made to run containers. Three lists, one
//! set of slugs.

use stacklets_server::types::{Application, Container, Distribution, Image};

use super::sizes::SIZES;

/// A system with its images.
struct System {
    name: &'static str,
    images: &'static [Entry],
}

/// An image.
struct Entry {
    slug: &'static str,
    /// The version of a system; the name of an application.
    label: &'static str,
    default: bool,
    available: bool,
    /// The least memory it starts with.
    memory_gib: u64,
    /// What it adds to the price of a month, for a licence.
    extra_dollars: u32,
}

/// In the order of their names, which is that of the list.
const DISTRIBUTIONS: [System; 5] = [
    System {
        name: "CentOS",
        images: &[
            entry("centos-7-8-x64", "7.8 x64", 1),
            Entry { default: true, ..entry("centos-8-2-x64", "8.2 x64", 1) },
        ],
    },
    System {
        name: "Debian",
        images: &[
            // Beyond the end of its support: it is listed, as stacklets made from it live on.
            Entry { available: false, ..entry("debian-9-13-x64", "9.13 x64", 1) },
            Entry { default: true, ..entry("debian-10-6-x64", "10.6 x64", 1) },
        ],
    },
    System {
        name: "Fedora",
        images: &[entry("fedora-31-x64", "31 x64", 1), Entry { default: true, ..entry("fedora-32-x64", "32 x64", 1) }],
    },
    System {
        name: "FreeBSD",
        images: &[
            entry("freebsd-11-4-x64", "11.4 x64", 1),
            Entry { default: true, ..entry("freebsd-12-1-x64", "12.1 x64", 1) },
        ],
    },
    System {
        name: "Ubuntu",
        images: &[
            entry("ubuntu-16-04-7-x64", "16.04.7 x64", 1),
            entry("ubuntu-18-04-5-x64", "18.04.5 x64", 1),
            Entry { default: true, ..entry("ubuntu-20-04-1-x64", "20.04.1 x64", 1) },
        ],
    },
];

/// In the order of their names, which is that of the list.
const CONTAINERS: [System; 2] = [
    System {
        name: "CoreOS",
        images: &[
            entry("coreos-2303-3-0", "2303.3.0", 1),
            Entry { default: true, ..entry("coreos-2512-3-0", "2512.3.0", 1) },
        ],
    },
    System { name: "RancherOS", images: &[Entry { default: true, ..entry("rancheros-1-5-6", "1.5.6", 2) }] },
];

/// In the order of their slugs, which is that of the list.
const APPLICATIONS: [Entry; 7] = [
    Entry { extra_dollars: 15, ..entry("cpanel-90", "cPanel 90", 2) },
    entry("django-1-8", "Django 1.8", 1),
    entry("docker-19-03", "Docker 19.03", 1),
    entry("gitlab-13-4", "GitLab 13.4", 4),
    entry("lamp-20-04", "LAMP on Ubuntu 20.04", 1),
    entry("mongodb-4-4", "MongoDB 4.4", 2),
    entry("wordpress-4-8", "WordPress 4.8", 1),
];

const fn entry(slug: &'static str, label: &'static str, memory_gib: u64) -> Entry {
    Entry { slug, label, default: false, available: true, memory_gib, extra_dollars: 0 }
}

impl Entry {
    fn sizes(&self) -> Vec<String> {
        SIZES.iter().filter(|size| size.memory_gib >= self.memory_gib).map(|size| size.slug.to_owned()).collect()
    }

    fn extra_price(&self) -> String {
        format!("{}.0000", self.extra_dollars)
    }

    fn image(&self) -> Image {
        Image {
            available: self.available,
            default: self.default,
            extra_price: self.extra_price(),
            sizes: self.sizes(),
            slug: self.slug.to_owned(),
            version: self.label.to_owned(),
        }
    }
}

/// What a stacklet has to know of the image that it names by slug.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CatalogueImage {
    /// Whether stacklets can be made from it.
    pub(crate) available: bool,
    /// The slugs of the sizes that it runs on.
    pub(crate) sizes: Vec<String>,
}

/// The distributions, by name.
pub(crate) fn distributions() -> impl ExactSizeIterator<Item = Distribution> {
    DISTRIBUTIONS.iter().map(|system| Distribution {
        images: system.images.iter().map(Entry::image).collect(),
        name: system.name.to_owned(),
    })
}

/// The systems for containers, by name.
pub(crate) fn containers() -> impl ExactSizeIterator<Item = Container> {
    CONTAINERS.iter().map(|system| Container {
        images: system.images.iter().map(Entry::image).collect(),
        name: system.name.to_owned(),
    })
}

/// The applications, by slug.
pub(crate) fn applications() -> impl ExactSizeIterator<Item = Application> {
    APPLICATIONS.iter().map(|entry| Application {
        available: entry.available,
        extra_price: entry.extra_price(),
        name: entry.label.to_owned(),
        sizes: entry.sizes(),
        slug: entry.slug.to_owned(),
    })
}

/// The image of this slug, whichever list it is in.
pub(crate) fn find_image(slug: &str) -> Option<CatalogueImage> {
    let entry = entries().find(|entry| entry.slug == slug)?;
    Some(CatalogueImage { available: entry.available, sizes: entry.sizes() })
}

fn entries() -> impl Iterator<Item = &'static Entry> {
    let systems = DISTRIBUTIONS.iter().chain(&CONTAINERS);
    systems.flat_map(|system| system.images).chain(&APPLICATIONS)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_slug_names_one_image() {
        let slugs: BTreeSet<&str> = entries().map(|entry| entry.slug).collect();
        assert_eq!(slugs.len(), entries().count());
        assert!(slugs.contains("ubuntu-20-04-1-x64") && slugs.contains("wordpress-4-8"));
    }

    #[test]
    fn every_system_has_one_default_that_is_available() {
        for system in DISTRIBUTIONS.iter().chain(&CONTAINERS) {
            let defaults: Vec<&Entry> = system.images.iter().filter(|entry| entry.default).collect();
            assert!(matches!(defaults[..], [Entry { available: true, .. }]), "{}", system.name);
        }
    }

    #[test]
    fn every_image_runs_on_some_size() {
        assert!(entries().all(|entry| !entry.sizes().is_empty()));
        let gitlab = find_image("gitlab-13-4").unwrap();
        assert_eq!(gitlab.sizes, ["b-2vcpu-4gb", "b-4vcpu-8gb", "b-6vcpu-16gb", "b-8vcpu-32gb"]);
        assert_eq!(find_image("debian-9-13-x64").map(|image| image.available), Some(false));
        assert_eq!(find_image("windows"), None);
    }
}
