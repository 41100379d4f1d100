internal import GatewayCore
internal import Identifiers
internal import TLS

/// Something that happened, before it has its number.
struct NewEvent: Sendable {
    let scope: Scope
    let id: EventID
    let type: EventType
    let at: Timestamp
    /// The object as it then stood: JSON.
    let object: [UInt8]
    /// What its changed attributes were before: JSON.
    let previous: [UInt8]?

    /// - Parameters:
    ///   - subject: What it happened to.
    ///   - number: Tells it from others of the subject's.
    ///   - before: The object before it happened; matters to types that tell it, and may be `nil`
    ///     where it is not known.
    init(
        _ type: EventType, of subject: UUID128, number: Int64, at moment: Timestamp,
        scope: Scope, object: any APIObject, before: (any APIObject)? = nil
    ) {
        self.scope = scope
        self.id = EventID(derivedFrom: subject, number: number, type: type, at: moment)
        self.type = type
        self.at = moment
        let rendered = object.rendered()
        self.object = rendered
        self.previous =
            type.tellsPrevious
            ? before.map { PreviousAttributes.comparing($0.rendered(), with: rendered) } : nil
    }
}

extension NewEvent {
    /// What a request did to one of the gateway's own objects: the same event in every try of it.
    init(
        _ type: EventType, by cause: RootID, scope: Scope, object: any APIObject,
        before: any APIObject
    ) {
        self.init(
            type, of: cause.uuid, number: 0, at: cause.madeAt, scope: scope, object: object,
            before: before)
    }
}

extension RootID {
    /// Ids begin with their milliseconds.
    var madeAt: Timestamp { Timestamp(microseconds: Int64(self.uuid.high >> 16) * 1_000) }
}

extension EventID {
    /// An id as any other, whose random part is a hash: the same event has the same id, however
    /// often it is imported.
    fileprivate init(
        derivedFrom subject: UUID128, number: Int64, type: EventType, at moment: Timestamp
    ) {
        let number = UUID128(high: 0, low: UInt64(bitPattern: number))
        let hash = UUID128(
            bytes: sha256(subject.bytes + number.bytes + Array(type.rawValue.utf8)).prefix(16))
        let milliseconds = UInt64(clamping: moment.microseconds) / 1_000
        self.init(
            uuid: UUID128(
                high: milliseconds << 16 | 0x7000 | (hash?.high ?? 0) & 0xfff,
                low: 0b10 << 62 | (hash?.low ?? 0) & (.max >> 2)))
    }
}
