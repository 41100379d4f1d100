internal import LedgerCore
internal import Messages
internal import RPC
internal import Wire

/// An operation's answer as the barrier keeps it: the encoded response.
enum StoredAnswer {
    static func encode(_ results: [ResultCode]) -> [UInt8] {
        LedgerV1.CreateTransfersResponse(results: results.map(LedgerV1.ResultCode.init)).encoded()
    }

    static func decode(_ bytes: [UInt8]) throws(RPCError) -> [ResultCode] {
        guard let response = try? LedgerV1.CreateTransfersResponse(decoding: bytes) else {
            throw .internal("the stored answer of the operation cannot be read")
        }
        return response.results.map { ResultCode(rawValue: $0.rawValue) ?? .exists }
    }
}
