/// What a state means to whoever looks: never told by colour alone.
package enum Tone: String, Hashable, Sendable, CaseIterable {
    case good, bad, active, doubt, undone, idle
}

extension HTML {
    /// A state, in a word: "succeeded".
    package static func pill(_ text: String, _ tone: Tone) -> HTML {
        "<span class=\"pill \(tone.rawValue)\">\(text.replacing("_", with: " "))</span>"
    }

    /// A figure with what it counts.
    package static func figure(_ value: HTML, _ label: String, _ tone: Tone = .idle) -> HTML {
        """
        <div class="figure \(tone.rawValue)"><dt>\(label)</dt><dd>\(value)</dd></div>
        """
    }

    package static func figures(_ figures: [HTML]) -> HTML {
        "<dl class=\"figures\">\(figures)</dl>"
    }

    /// What is known of one thing; what is empty is left out.
    package static func facts(_ title: String, _ facts: [(String, HTML)]) -> HTML {
        let lines: [HTML] = facts.filter { $0.1 != .empty }.map {
            "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>"
        }
        return
            "<section class=\"panel\"><h2>\(title)</h2><dl class=\"facts\">\(lines)</dl></section>"
    }

    /// What someone else wrote: its direction is its own.
    package static func foreign(_ text: String) -> HTML {
        text.isEmpty ? .empty : "<bdi>\(text)</bdi>"
    }

    /// A remark in the place of what could not be shown.
    package static func note(_ text: String, _ tone: Tone = .bad) -> HTML {
        "<p class=\"panel note \(tone.rawValue)\" role=\"status\">\(text)</p>"
    }

    /// A link within the console. Ids have no characters that a path would have to escape.
    package static func link(_ folder: StaticString, _ id: String) -> HTML {
        guard !id.isEmpty else { return "–" }
        return """
            <a class="id" href="/console/\(String(describing: folder))/\(id)">\(id)</a>
            """
    }
}
