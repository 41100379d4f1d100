internal import Messages
internal import RPC
internal import Wire

/// What a fuzzer feeds with bytes. Each traps when something holds that never should: the bytes
/// may be refused, and that is all they may do.
package enum FuzzTarget: String, CaseIterable, Sendable {
    case frames
    case server
    case client
    case messages

    package func run(_ input: Span<UInt8>) {
        switch self {
        case .frames: Self.decodeFrames(input)
        case .server: Self.serve(input)
        case .client: Self.receive(input)
        case .messages: Self.decodeMessage(input)
        }
    }

    /// The decoder finds the same frames however the bytes are cut: the first byte says how.
    private static func decodeFrames(_ input: Span<UInt8>) {
        guard !input.isEmpty else { return }
        let bytes = input.extracting(droppingFirst: 1)
        let whole = Self.events(bytes, pieces: bytes.count)
        let cut = Self.events(bytes, pieces: Int(input[0] % 32) + 1)
        precondition(whole == cut, "frames depend on how the bytes are cut")
    }

    private static func events(_ bytes: Span<UInt8>, pieces: Int) -> [FrameDecoder.Event] {
        var decoder = FrameDecoder(limit: 4096)
        var found: [FrameDecoder.Event] = []
        var (start, end) = (0, 0)
        while end < bytes.count {
            end = min(bytes.count, end + max(1, pieces))
            var offset = 0
            let shown = bytes.extracting(start..<end)
            while let event = decoder.next(in: shown, at: &offset) {
                found.append(event.moved(by: start))
            }
            precondition(offset <= shown.count)
            start += offset
        }
        return found
    }

    /// Frames from a client, into the state machine of a connection, requests into envelopes.
    private static func serve(_ input: Span<UInt8>) {
        var decoder = FrameDecoder()
        var machine = ServerConnectionStateMachine(limits: .init(calls: 8, requestBytes: 4096))
        var active = StreamTable<Int>()
        var offset = 0
        do {
            while let event = decoder.next(in: input, at: &offset) {
                try Self.serve(event, input, &machine, &active)
                precondition(machine.activeCalls == active.count && active.count <= 8)
            }
        } catch {
            return
        }
    }

    private static func serve(
        _ event: FrameDecoder.Event, _ input: Span<UInt8>,
        _ machine: inout ServerConnectionStateMachine, _ active: inout StreamTable<Int>
    ) throws(ProtocolViolation) {
        guard case .frame(let header, let range) = event else {
            if case .tooLarge(let header) = event {
                _ = try machine.receivedTooLarge(stream: header.stream)
            }
            return
        }
        switch FrameKind(rawValue: header.kind) {
        case .request:
            let action = try machine.receivedRequest(
                stream: header.stream, flags: header.flags, size: range.count)
            guard action == .run else { return }
            active.insert(range.count, for: header.stream)
            let isRead = (try? RequestEnvelope(reading: input.extracting(range))) != nil
            // Calls that cannot be read end at once, and so do some that can.
            if !isRead || header.stream % 3 == 0, let size = active.remove(header.stream) {
                _ = machine.ended(stream: header.stream, size: size)
            }
        case .data:
            _ = try machine.receivedData(
                stream: header.stream, flags: header.flags,
                isActive: active[header.stream] != nil)
        case .response: throw .responseFromClient
        case nil: return
        }
    }

    /// Frames from a server, for a client that has eight calls waiting, half of them streams.
    private static func receive(_ input: Span<UInt8>) {
        var decoder = FrameDecoder()
        var machine = ClientConnectionStateMachine()
        var waiting = StreamTable<ClientConnectionStateMachine.Waiting>()
        for number in 0..<8 {
            guard let stream = machine.open() else { return }
            waiting.insert(number % 2 == 0 ? .unary : .messages, for: stream)
        }
        var offset = 0
        while let event = decoder.next(in: input, at: &offset) {
            guard case .frame(let header, let range) = event,
                let kind = FrameKind(rawValue: header.kind)
            else { continue }
            guard
                let action = try? machine.received(
                    kind: kind, flags: header.flags, stream: header.stream,
                    waiting: waiting[header.stream] ?? .nobody)
            else { return }
            if action == .end {
                let isThere = waiting.remove(header.stream) != nil
                precondition(isThere, "a response that nobody waits for was taken")
                _ = try? ResponseEnvelope.read(input.extracting(range))
            }
        }
    }

    /// A message of any type, which the first byte says: what decodes also encodes, and the same
    /// value comes back.
    private static func decodeMessage(_ input: Span<UInt8>) {
        guard !input.isEmpty else { return }
        let types = MessageCatalogue.all
        let bytes = [UInt8](span: input.extracting(droppingFirst: 1))
        types[Int(input[0]) % types.count].roundTrip(bytes)
    }
}

extension Message {
    fileprivate static func roundTrip(_ bytes: [UInt8]) {
        guard let value = try? Self(decoding: bytes) else { return }
        guard let again = try? Self(decoding: value.encoded()) else {
            preconditionFailure("\(Self.self) does not decode what it has encoded")
        }
        // A number that is none equals nothing, itself included.
        precondition(again == value || value != value, "\(Self.self) comes back as another")
    }
}

extension FrameDecoder.Event {
    fileprivate func moved(by offset: Int) -> FrameDecoder.Event {
        guard case .frame(let header, let range) = self else { return self }
        return .frame(header, range.lowerBound + offset..<range.upperBound + offset)
    }
}

extension [UInt8] {
    fileprivate init(span: Span<UInt8>) {
        self = span.withUnsafeBufferPointer { [UInt8]($0) }
    }
}
