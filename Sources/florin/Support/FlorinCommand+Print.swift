internal import Wire

extension FlorinCommand {
    /// Prints `message` for programs, or `text` for people.
    func show(_ message: any Message, _ text: @autoclosure () -> String) {
        switch self.system.output {
        case .json: Console.say(JSONValue(message).rendered())
        case .table: Console.say(text())
        }
    }
}
