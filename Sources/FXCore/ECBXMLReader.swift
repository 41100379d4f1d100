internal import Identifiers

/// Reads the ECB's XML files: one `Cube` for each day, one within it for each currency.
///
///     <gesmes:Envelope …>
///       <gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender>
///       <Cube>
///         <Cube time='2026-11-20'>
///           <Cube currency='USD' rate='1.0847'/>
enum ECBXMLReader {
    static func read(_ text: String) throws(FXError) -> RateFile {
        var scanner = XMLScanner(text)
        var file = RateFile(source: .sample)
        var open: [String] = []
        var isComplete = false
        while let tag = try scanner.next() {
            let line = scanner.line
            guard !isComplete else {
                throw FXError(.malformed, "more after the end of the rates", line: line)
            }
            switch tag {
            case .start(let name, let attributes):
                guard !open.isEmpty || name == "gesmes:Envelope" else {
                    throw FXError(.malformed, "not a file of the ECB's rates", line: line)
                }
                open.append(name)
                if name == "Cube" {
                    try Self.add(attributes, depth: open.count, line: line, to: &file)
                }
            case .end(let name):
                guard open.popLast() == name else {
                    throw FXError(.malformed, "</\(name)> without its beginning", line: line)
                }
                if name == "gesmes:name", scanner.text == "European Central Bank" {
                    file.source = .ecb
                }
                isComplete = open.isEmpty
            }
        }
        guard isComplete else {
            throw FXError(
                .partial, "the file is cut off: get the whole file again", line: scanner.line)
        }
        return file
    }

    /// Within the envelope: the outer cube at depth 2, days at 3, currencies at 4.
    private static func add(
        _ attributes: [String: String], depth: Int, line: Int, to file: inout RateFile
    ) throws(FXError) {
        switch (depth, attributes["time"], attributes["currency"], attributes["rate"]) {
        case (2, nil, nil, nil):
            return
        case (3, let time?, nil, nil):
            try file.begin(CalendarDay(time), line: line, field: "time")
        case (4, nil, let currency?, let rate?):
            try file.add(currency, rate, line: line)
        case (4, nil, _?, nil):
            throw FXError(.partial, "a currency without its rate", line: line, field: "rate")
        case (4, nil, nil, _?):
            throw FXError(.partial, "a rate without its currency", line: line, field: "currency")
        default:
            throw FXError(.malformed, "a Cube out of place", line: line, field: "Cube")
        }
    }
}
