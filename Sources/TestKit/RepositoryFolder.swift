internal import DevSystem

/// Folders of the source tree that the tests were built from.
package enum RepositoryFolder {
    /// Holds `<service>/migrations`.
    package static let services = DevOptions(layout: DevLayout(data: ".")).services
}
