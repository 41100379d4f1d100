internal import Foundation

/// Where a development system keeps its things, all below one data folder.
package struct DevLayout: Hashable, Sendable {
    /// Absolute path of the data folder.
    package let data: String

    /// - Parameter data: A path, taken from the working folder when it is relative.
    package init(data: String) {
        self.data = URL(filePath: data).standardizedFileURL.path()
    }

    package var certificates: String { self.data + "/certificates" }
    package var postgres: String { self.data + "/postgres" }
    package var logs: String { self.data + "/logs" }
    /// What programs read to find the system.
    package var state: String { self.data + "/dev.json" }
    /// The development keys of the HTTP API, kept from one start to the next.
    package var gatewayKeys: String { self.data + "/gateway-keys.json" }
    /// Locked for as long as a system runs on this folder.
    package var lock: String { self.data + "/dev.lock" }

    package func log(_ name: String) -> String { "\(self.logs)/\(name).log" }
}
