internal import ArgumentParser
internal import Messages

// An enumeration of the protos as an argument is its name in lower case.
extension PaymentV1.PaymentStatus: ExpressibleByArgument {
    public init?(argument: String) { self.init(name: argument) }
    public static var allValueStrings: [String] { Self.allCases.dropFirst().map(\.description) }
}

extension SagaV1.SagaStatus: ExpressibleByArgument {
    public init?(argument: String) { self.init(name: argument) }
    public static var allValueStrings: [String] { Self.allCases.dropFirst().map(\.description) }
}

extension AcquirerV1.EffectKind: ExpressibleByArgument {
    public init?(argument: String) { self.init(name: argument) }
    public static var allValueStrings: [String] { Self.allCases.dropFirst().map(\.description) }
}

extension AcquirerV1.Behavior: ExpressibleByArgument {
    public init?(argument: String) { self.init(name: argument) }
    public static var allValueStrings: [String] { Self.allCases.dropFirst().map(\.description) }
}
