internal import TLS

extension [CertificateInfo] {
    var table: String {
        var table = Table(
            .init(title: "role"), .init(title: "good until"), .init(title: "hosts"),
            .init(title: "file"))
        table.rows = self.map {
            [
                $0.role?.rawValue ?? "(authority)",
                Moment.text($0.validity.notAfter * 1_000_000), $0.hosts.joined(separator: " "),
                $0.path,
            ]
        }
        return table.rendered(empty: "no certificates")
    }
}

extension CertificateInfo {
    var json: JSONValue {
        .object([
            ("path", .text(self.path)), ("subject", .text(self.subject)),
            ("role", self.role.map { .text($0.rawValue) } ?? .null),
            ("serial", .text(self.serial)),
            ("not_before", .integer(self.validity.notBefore)),
            ("not_after", .integer(self.validity.notAfter)),
            ("fingerprint", .text(self.fingerprint)),
            ("hosts", .array(self.hosts.map(JSONValue.text))),
        ])
    }
}
