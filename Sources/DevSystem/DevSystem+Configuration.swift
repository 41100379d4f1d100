internal import Foundation
internal import ServiceKit
internal import TLS

extension DevSystem {
    func address(of entry: ServiceCatalog.Entry) -> String {
        self.state.services[entry.name]?.address ?? ""
    }

    /// What a service is configured with. Variables, not flags: anyone can read a process's
    /// arguments, and a connection string holds a password.
    func environment(of entry: ServiceCatalog.Entry) -> [String: String] {
        var values: [String: String] = [
            "listen-address": self.address(of: entry),
            "certificates": self.state.certificates,
            "database-dsn": self.state.services[entry.name]?.database ?? "",
            "migrations": "\(self.options.services)/\(entry.name)/migrations",
            "stop-with-input": "true",
        ]
        if let http = self.state.services[entry.name]?.http {
            values["http-address"] = http
            // What a developer tries out runs on this machine, and has no certificate.
            values["webhook-networks"] = "127.0.0.0/8,::1/128"
            values["webhook-plain-http"] = "true"
        }
        values["metrics-address"] = self.state.services[entry.name]?.metrics
        for peer in entry.peers {
            values["peers.\(peer.rawValue)"] = self.state.services[peer.rawValue]?.address
        }
        for proxy in self.options.peerProxies where proxy.service == entry.name {
            values["peers.\(proxy.peer.rawValue)"] = proxy.address
        }
        for setting in self.options.settings where setting.service == entry.name {
            values[setting.key] = setting.value
        }
        var environment = ProcessInfo.processInfo.environment.filter { name, _ in
            !name.hasPrefix("FLORIN_")
        }
        for (key, value) in values { environment[SettingName.variable(key)] = value }
        return environment
    }
}

extension DevState {
    /// The state before any service runs: addresses are chosen, processes are not there yet.
    static func planned(
        _ options: DevOptions, _ databases: [String: ServiceDatabase], _ cluster: PostgresCluster,
        report: (String) -> Void
    ) throws -> DevState {
        var taken: Set<Int> = []
        var services: [String: Service] = [:]
        for entry in ServiceCatalog.entries {
            let wanted = options.basePort + entry.portOffset
            let port = try Ports.free(preferring: wanted, except: taken)
            if port != wanted {
                report("port \(wanted) is taken: \(entry.name) listens on \(port)")
            }
            taken.insert(port)
            let metrics = try Ports.free(preferring: wanted + 100, except: taken)
            taken.insert(metrics)
            let http = try entry.httpPortOffset.map { offset in
                try Ports.free(preferring: options.basePort + offset, except: taken)
            }
            if let http { taken.insert(http) }
            let database = databases[entry.name]
            services[entry.name] = Service(
                address: "127.0.0.1:\(port)", process: nil, database: database?.dsn ?? "",
                ownerDatabase: database?.ownerDSN ?? "", log: options.layout.log(entry.name),
                metrics: "127.0.0.1:\(metrics)", http: http.map { "127.0.0.1:\($0)" })
        }
        return DevState(
            ready: false, process: .current, certificates: options.layout.certificates,
            postgres: Postgres(
                database: try cluster.superuserDSN(), data: cluster.folder,
                process: cluster.runningProcess),
            services: services)
    }
}
