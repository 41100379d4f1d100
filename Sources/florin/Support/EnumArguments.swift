internal import ArgumentParser
internal import Messages

// An enumeration of the protos as an argument is its name in lower case.
extension PaymentV1.PaymentStatus: ExpressibleByArgument {
    package init?(argument: String) { self.init(name: argument) }
    package static var allValueStrings: [String] { Self.allCases.dropFirst().map(\.description) }
}

extension SagaV1.SagaStatus: ExpressibleByArgument {
    package init?(argument: String) { self.init(name: argument) }
    package static var allValueStrings: [String] { Self.allCases.dropFirst().map(\.description) }
}

extension CommonV1.EvidenceOutcome: ExpressibleByArgument {
    package init?(argument: String) { self.init(name: argument) }
    package static var allValueStrings: [String] { Self.allCases.dropFirst().map(\.description) }
}

extension AcquirerV1.EffectKind: ExpressibleByArgument {
    package init?(argument: String) { self.init(name: argument) }
    package static var allValueStrings: [String] { Self.allCases.dropFirst().map(\.description) }
}

extension AcquirerV1.Behavior: ExpressibleByArgument {
    package init?(argument: String) { self.init(name: argument) }
    package static var allValueStrings: [String] { Self.allCases.dropFirst().map(\.description) }
}
