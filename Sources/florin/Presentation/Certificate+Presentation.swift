internal import TLS

extension [CertificateInfo]: CertificateAnswer {
    var table: String {
        var table = Table(
            .init(title: "role"), .init(title: "good until"), .init(title: "serial"),
            .init(title: "hosts"), .init(title: "file"))
        table.rows = self.map {
            [
                $0.role?.rawValue ?? "(authority)",
                Moment.text($0.validity.notAfter * 1_000_000), $0.serial,
                $0.hosts.joined(separator: " "), $0.path,
            ]
        }
        return table.rendered(empty: "no certificates")
    }

    var document: JSONValue { .array(self.map(\.json)) }
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

extension RevocationInfo: CertificateAnswer {
    var table: String {
        var table = Table(.init(title: "serial"), .init(title: "revoked"))
        table.rows = self.revoked.map { [$0.serial, Moment.text($0.since * 1_000_000)] }
        let end = Moment.text(self.validity.notAfter * 1_000_000)
        return """
            \(self.path)  number \(self.number ?? 0), good until \(end)
            \(table.rendered(empty: "no certificate is revoked"))
            """
    }

    var document: JSONValue {
        .object([
            ("path", .text(self.path)), ("number", self.number.map(JSONValue.integer) ?? .null),
            ("this_update", .integer(self.validity.notBefore)),
            ("next_update", .integer(self.validity.notAfter)),
            (
                "revoked",
                .array(
                    self.revoked.map {
                        .object([("serial", .text($0.serial)), ("since", .integer($0.since))])
                    })
            ),
        ])
    }
}
