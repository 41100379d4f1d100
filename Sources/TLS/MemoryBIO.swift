internal import COpenSSL

/// Where OpenSSL reads ciphertext from and writes it to, in place of a socket.
///
/// Input is lent for the length of a call: OpenSSL copies what it wants out of it, and asks again
/// until there is no more, so nothing of it has to be kept. Output gathers until it is drained.
@unsafe struct MemoryBIO {
    var input: UnsafeRawBufferPointer
    var output: UnsafeMutablePointer<ByteQueue>

    /// OpenSSL's table of functions for this kind of BIO; made once, never freed.
    static let method: MethodTable? = MethodTable()

    @safe struct MethodTable: Sendable {
        nonisolated(unsafe) let pointer: OpaquePointer

        init?() {
            let type = BIO_get_new_index() | Int32(BIO_TYPE_SOURCE_SINK)
            guard let method = unsafe BIO_meth_new(type, "florin"),
                unsafe BIO_meth_set_read(method, readCiphertext) == 1,
                unsafe BIO_meth_set_write(method, writeCiphertext) == 1,
                unsafe BIO_meth_set_ctrl(method, controlCiphertext) == 1
            else { return nil }
            unsafe self.pointer = method
        }
    }
}

private func state(of bio: OpaquePointer?) -> UnsafeMutablePointer<MemoryBIO>? {
    unsafe BIO_get_data(bio)?.assumingMemoryBound(to: MemoryBIO.self)
}

private func readCiphertext(
    bio: OpaquePointer?, into buffer: UnsafeMutablePointer<CChar>?, capacity: Int32
) -> Int32 {
    guard let state = unsafe state(of: bio), let buffer = unsafe buffer else { return -1 }
    unsafe florin_bio_clear_retry(bio)
    let input = unsafe state.pointee.input
    let count = min(Int(capacity), input.count)
    guard count > 0, let start = input.baseAddress else {
        unsafe florin_bio_set_retry_read(bio)
        return -1
    }
    unsafe UnsafeMutableRawPointer(buffer).copyMemory(from: start, byteCount: count)
    unsafe state.pointee.input = UnsafeRawBufferPointer(rebasing: input[count...])
    return Int32(count)
}

private func writeCiphertext(
    bio: OpaquePointer?, from bytes: UnsafePointer<CChar>?, count: Int32
) -> Int32 {
    guard let state = unsafe state(of: bio), let bytes = unsafe bytes else { return -1 }
    unsafe florin_bio_clear_retry(bio)
    unsafe state.pointee.output.pointee.append(free: Int(count)) { room in
        unsafe room.copyMemory(from: UnsafeRawBufferPointer(start: bytes, count: Int(count)))
        return Int(count)
    }
    return count
}

private func controlCiphertext(
    bio: OpaquePointer?, command: Int32, number: Int, pointer: UnsafeMutableRawPointer?
) -> Int {
    // A flush has nothing to do here; every other command is declined.
    command == BIO_CTRL_FLUSH ? 1 : 0
}
