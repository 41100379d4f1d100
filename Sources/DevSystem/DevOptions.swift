internal import Foundation
package import TLS

/// How a development system is to be started.
package struct DevOptions: Sendable {
    /// One service's peer at another address, so that a proxy can stand between the two.
    package struct PeerProxy: Hashable, Sendable {
        package let service: String
        package let peer: Role
        package let address: String

        package init(service: String, peer: Role, address: String) {
            self.service = service
            self.peer = peer
            self.address = address
        }
    }

    /// One key of one service's configuration.
    package struct Setting: Hashable, Sendable {
        package let service: String
        package let key: String
        package let value: String

        package init(service: String, key: String, value: String) {
            self.service = service
            self.key = key
            self.value = value
        }
    }

    package var layout: DevLayout
    /// Services listen on the ports above it; one that is taken is replaced by a free one.
    package var basePort = 7400
    package var peerProxies: [PeerProxy] = []
    package var settings: [Setting] = []
    /// The folder of the services' executables.
    package var programs: String
    /// The folder with `<service>/migrations` for each service.
    package var services: String
    /// The longest wait before a service that keeps ending is started again.
    package var restartDelay: Duration = .seconds(5)
    /// How long all services together may take to become healthy.
    package var startLimit: Duration = .seconds(90)

    /// Executables beside this one; migrations from the source tree around it.
    package init(layout: DevLayout) {
        self.layout = layout
        let executable = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        self.programs = executable.deletingLastPathComponent().path(percentEncoded: false)
        self.services = Self.services(above: executable)
    }

    /// The nearest `services` folder with migrations above the executable, else that of the
    /// working folder.
    private static func services(above executable: URL) -> String {
        var folder = executable
        while folder.pathComponents.count > 1 {
            folder.deleteLastPathComponent()
            let candidate = folder.appending(path: "services").path(percentEncoded: false)
            if FileManager.default.fileExists(atPath: candidate + "/payment/migrations") {
                return candidate
            }
        }
        return "services"
    }
}
