package import Identifiers

/// A parameter of a statement, sent in PostgreSQL's binary form.
///
/// Its PostgreSQL type is declared with the statement, so that `$1` means the same whatever the
/// statement around it would suggest. A value of another type is cast in the SQL:
/// `$1::jsonb`, `$1::numeric` over ``text(_:)``.
package enum PostgresValue: Hashable, Sendable {
    /// SQL `NULL`, of the type that the statement suggests.
    case null
    case bool(Bool)
    case int16(Int16)
    case int32(Int32)
    case int64(Int64)
    /// `text`. PostgreSQL refuses U+0000 in it (SQLSTATE 22021).
    case text(String)
    /// `bytea`
    case bytes([UInt8])
    case uuid(UUID128)
    /// `timestamptz`
    case timestamp(Timestamp)
    case boolArray([Bool])
    case int16Array([Int16])
    case int32Array([Int32])
    case int64Array([Int64])
    case textArray([String])
    case bytesArray([[UInt8]])
    case uuidArray([UUID128])
    case timestampArray([Timestamp])
    /// An array of any of the above with NULLs in it, of the type of `like`'s elements.
    case columnArray([PostgresValue], like: ColumnType)
}

extension PostgresValue {
    /// What a column of rows that are sent together holds.
    package enum ColumnType: String, Hashable, Sendable {
        case bool = "boolean"
        case int16 = "smallint"
        case int32 = "integer"
        case int64 = "bigint"
        case text
        case bytes = "bytea"
        case uuid
        case timestamp = "timestamptz"

        var arrayType: PostgresType {
            switch self {
            case .bool: .boolArray
            case .int16: .int2Array
            case .int32: .int4Array
            case .int64: .int8Array
            case .text: .textArray
            case .bytes: .byteaArray
            case .uuid: .uuidArray
            case .timestamp: .timestamptzArray
            }
        }

        var elementType: PostgresType {
            switch self {
            case .bool: .bool
            case .int16: .int2
            case .int32: .int4
            case .int64: .int8
            case .text: .text
            case .bytes: .bytea
            case .uuid: .uuid
            case .timestamp: .timestamptz
            }
        }
    }
}

extension PostgresValue {
    /// `NULL` for `nil`; otherwise what `make` makes of the value: `.optional(name, .text)`.
    package static func optional<Wrapped>(
        _ value: Wrapped?, _ make: (Wrapped) -> PostgresValue
    ) -> PostgresValue {
        value.map(make) ?? .null
    }

    /// The PostgreSQL type to declare; 0 leaves the choice to the server.
    var type: PostgresType {
        switch self {
        case .null: .unspecified
        case .bool: .bool
        case .int16: .int2
        case .int32: .int4
        case .int64: .int8
        case .text: .text
        case .bytes: .bytea
        case .uuid: .uuid
        case .timestamp: .timestamptz
        case .boolArray: .boolArray
        case .int16Array: .int2Array
        case .int32Array: .int4Array
        case .int64Array: .int8Array
        case .textArray: .textArray
        case .bytesArray: .byteaArray
        case .uuidArray: .uuidArray
        case .timestampArray: .timestamptzArray
        case .columnArray(_, let type): type.arrayType
        }
    }
}

/// An entry of PostgreSQL's `pg_type`, by its number, which is the same in every server.
struct PostgresType: RawRepresentable, Hashable, Sendable {
    let rawValue: UInt32

    static let unspecified = PostgresType(rawValue: 0)
    static let bool = PostgresType(rawValue: 16)
    static let bytea = PostgresType(rawValue: 17)
    static let name = PostgresType(rawValue: 19)
    static let int8 = PostgresType(rawValue: 20)
    static let int2 = PostgresType(rawValue: 21)
    static let int4 = PostgresType(rawValue: 23)
    static let text = PostgresType(rawValue: 25)
    static let json = PostgresType(rawValue: 114)
    static let unknown = PostgresType(rawValue: 705)
    static let bpchar = PostgresType(rawValue: 1042)
    static let varchar = PostgresType(rawValue: 1043)
    static let timestamptz = PostgresType(rawValue: 1184)
    static let uuid = PostgresType(rawValue: 2950)
    static let jsonb = PostgresType(rawValue: 3802)

    static let boolArray = PostgresType(rawValue: 1000)
    static let byteaArray = PostgresType(rawValue: 1001)
    static let int2Array = PostgresType(rawValue: 1005)
    static let int4Array = PostgresType(rawValue: 1007)
    static let textArray = PostgresType(rawValue: 1009)
    static let varcharArray = PostgresType(rawValue: 1015)
    static let int8Array = PostgresType(rawValue: 1016)
    static let timestamptzArray = PostgresType(rawValue: 1185)
    static let uuidArray = PostgresType(rawValue: 2951)

    /// Types made by `CREATE TYPE` begin here; of those we read enums, which travel as text.
    var isUserDefined: Bool { self.rawValue >= 16_384 }
}
