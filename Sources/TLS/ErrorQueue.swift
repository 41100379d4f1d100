internal import COpenSSL

/// OpenSSL's error queue, which is the thread's: it is emptied before each call that may fail, and
/// collected whole after one that did, or old errors would be taken for new ones.
enum ErrorQueue {
    struct Entry {
        let library: Int32
        let reason: Int32
        let text: String
    }

    static func clear() {
        ERR_clear_error()
    }

    /// All errors, oldest first. The queue is empty afterwards.
    static func collect() -> [Entry] {
        var entries: [Entry] = []
        while case let code = ERR_get_error(), code != 0 {
            let text = unsafe ERR_reason_error_string(code).map { unsafe String(cString: $0) }
            entries.append(
                Entry(
                    library: ERR_GET_LIB(code), reason: ERR_GET_REASON(code),
                    text: text ?? "error \(code)"))
        }
        return entries
    }

    /// An error of `code` that tells all that the queue held.
    static func error(_ code: TLSError.Code, _ doing: String) -> TLSError {
        let texts = Self.collect().map(\.text)
        return TLSError(code, texts.isEmpty ? doing : "\(doing): \(texts.joined(separator: ", "))")
    }

    /// Calls OpenSSL and turns its refusal, anything but 1, into an error.
    static func check(
        _ doing: String, code: TLSError.Code = .library, _ call: () -> Int32
    ) throws(TLSError) {
        Self.clear()
        guard call() == 1 else { throw Self.error(code, doing) }
    }
}
