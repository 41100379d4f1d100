import Messages
import Wire

extension TestV1.Shapes {
    /// Every field set, each to something that is not its default.
    static let full = TestV1.Shapes(
        doubleValue: 1.5, floatValue: -2.25, int32Value: -3, int64Value: .min,
        uint32Value: .max, uint64Value: .max, sint32Value: .min, sint64Value: -5,
        fixed32Value: 6, fixed64Value: .max, sfixed32Value: -7, sfixed64Value: .max,
        boolValue: true, text: "köln \u{1F4B6}", data: [0, 255, 10, 0], color: .belowZero,
        leaf: TestV1.Leaf(name: "oak", kind: .broad),
        doubles: [0, -0.5, .infinity], numbers: [0, -1, 300], signedNumbers: [.min, 0, .max],
        fixedNumbers: [0, .max], flags: [true, false, true], texts: ["", "a", "b\u{0}c"],
        chunks: [[], [0], [1, 2]], colors: [.red, .unspecified, .darkBlue],
        leaves: [TestV1.Leaf(), TestV1.Leaf(name: "fir", kind: .needle)],
        unpackedNumbers: [1, 0, -1],
        labels: [TestV1.Shapes.LabelsEntry(key: "k", value: "v")],
        leavesByNumber: [TestV1.Shapes.LeavesByNumberEntry(key: -9, value: TestV1.Leaf(name: "x"))],
        outcome: .found(TestV1.Leaf(name: "elm")), limitPresence: .limit(0))

    /// What `protoc` calls the same message.
    static let fullAsText = #"""
        double_value: 1.5 float_value: -2.25 int32_value: -3 int64_value: -9223372036854775808
        uint32_value: 4294967295 uint64_value: 18446744073709551615 sint32_value: -2147483648
        sint64_value: -5 fixed32_value: 6 fixed64_value: 18446744073709551615 sfixed32_value: -7
        sfixed64_value: 9223372036854775807 bool_value: true text: "köln \360\237\222\266"
        data: "\000\377\n\000" color: COLOR_BELOW_ZERO leaf { name: "oak" kind: BROAD }
        doubles: [0, -0.5, inf] numbers: [0, -1, 300]
        signed_numbers: [-9223372036854775808, 0, 9223372036854775807]
        fixed_numbers: [0, 18446744073709551615] flags: [true, false, true]
        texts: ["", "a", "b\000c"] chunks: ["", "\000", "\001\002"]
        colors: [COLOR_RED, COLOR_UNSPECIFIED, COLOR_DARK_BLUE] leaves {} leaves { name: "fir" }
        unpacked_numbers: [1, 0, -1] labels { key: "k" value: "v" }
        leaves_by_number { key: -9 value { name: "x" } } found { name: "elm" } limit: 0
        """#
}

/// The same numbers for the same seed, everywhere (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { self.state = seed }

    mutating func next() -> UInt64 {
        self.state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

/// Why a message refused some bytes; `nil` if it took them.
func refusal<Value: Message>(
    of bytes: [UInt8], as type: Value.Type, limits: WireLimits = .standard
) -> WireError? {
    do throws(WireError) {
        _ = try Value(decoding: bytes, limits: limits)
        return nil
    } catch {
        return error
    }
}

/// A field with the wire type of strings, bytes and messages.
func lengthDelimited(_ field: Int, _ content: [UInt8]) -> [UInt8] {
    varint(UInt64(field << 3 | 2)) + varint(UInt64(content.count)) + content
}

func varint(_ value: UInt64) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = value
    while rest >= 0x80 {
        bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
        rest >>= 7
    }
    return bytes + [UInt8(rest)]
}
