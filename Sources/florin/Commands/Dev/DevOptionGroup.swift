internal import ArgumentParser
internal import DevSystem
internal import TLS

/// How a development system is to be started, as options.
struct DevOptionGroup: ParsableArguments {
    @Option(help: "The data folder; FLORIN_DATA or .florin when it is not given.")
    var data: String?

    @Option(help: "Services listen on the ports above it, where they are free.")
    var basePort: Int = 7_400

    @Option(
        help: ArgumentHelp(
            "Point one service's peer at another address. May be repeated.",
            valueName: "service:peer=host:port"))
    var peerProxy: [PeerProxyArgument] = []

    @Option(
        help: ArgumentHelp(
            "Set a key of one service's configuration. May be repeated.",
            valueName: "service:key=value"))
    var set: [SettingArgument] = []

    func validate() throws {
        guard (1...65_500).contains(self.basePort) else {
            throw ValidationError("--base-port must be from 1 to 65500")
        }
    }

    func devOptions() throws -> DevOptions {
        var options = DevOptions(layout: DevLayout(data: DataFolder.path(self.data)))
        options.basePort = self.basePort
        options.peerProxies = self.peerProxy.map(\.proxy)
        options.settings = self.set.map(\.setting)
        return options
    }
}

/// `payment:acquirer=127.0.0.1:9999`
struct PeerProxyArgument: ExpressibleByArgument {
    let proxy: DevOptions.PeerProxy

    init?(argument: String) {
        guard let (service, key, address) = ScopedValue.split(argument),
            let entry = try? ServiceCatalog.entry(named: service), let peer = Role(rawValue: key),
            entry.peers.contains(peer)
        else { return nil }
        self.proxy = DevOptions.PeerProxy(service: service, peer: peer, address: address)
    }
}

/// `payment:acquirer-timeout=2s`
struct SettingArgument: ExpressibleByArgument {
    let setting: DevOptions.Setting

    init?(argument: String) {
        guard let (service, key, value) = ScopedValue.split(argument),
            (try? ServiceCatalog.entry(named: service)) != nil
        else { return nil }
        self.setting = DevOptions.Setting(service: service, key: key, value: value)
    }
}

/// `scope:key=value`
private enum ScopedValue {
    static func split(_ text: String) -> (scope: String, key: String, value: String)? {
        guard let equals = text.firstIndex(of: "="),
            let colon = text[..<equals].firstIndex(of: ":")
        else { return nil }
        return (
            String(text[..<colon]), String(text[text.index(after: colon)..<equals]),
            String(text[text.index(after: equals)...])
        )
    }
}
