internal import Foundation

/// What a stream answers to a message: `{"stream": "…", "seq": 7, "duplicate": true}`, or an error.
struct Acknowledgement: Decodable {
    private struct Problem: Decodable {
        let err_code: Int?
        let description: String?
    }

    private let stream: String?
    private let error: Problem?

    /// - Returns: `nil` when the message is in the stream.
    static func refusal(in answer: [UInt8]) -> NATSError? {
        guard let read = try? JSONDecoder().decode(Self.self, from: Data(answer)) else {
            return NATSError(.refused, "the stream's answer is not JetStream's")
        }
        if let error = read.error {
            return NATSError(
                .refused, "\(error.description ?? "no reason given") (\(error.err_code ?? 0))")
        }
        return read.stream == nil ? NATSError(.refused, "the answer names no stream") : nil
    }
}
