import ConsoleCore
import Testing

@Suite("A page")
struct HTMLTests {
    @Test(
        "Shows markup in texts as text",
        arguments: [
            ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
            ("\" onload=\"x", "&quot; onload=&quot;x"), ("it's", "it&#39;s"),
            ("&lt;", "&amp;lt;"), ("a\0b", "a\u{FFFD}b"), ("", ""), ("ő €", "ő €"),
        ])
    func escapes(text: String, markup: String) {
        let cell: HTML = "<td title=\"\(text)\">\(text)</td>"
        #expect(cell.markup == "<td title=\"\(markup)\">\(markup)</td>")
    }

    @Test("Takes pieces as they are, and only once")
    func pieces() {
        let items: [HTML] = ["a", "<"].map { text in "<li>\(text)</li>" }
        let list: HTML = "<ul>\(items)\(HTML.when(false, "<hr>"))</ul>\(2)"
        #expect(list.markup == "<ul><li>a</li><li>&lt;</li></ul>2")
    }

    @Test("Has tables with a caption, and heads for columns and rows")
    func table() {
        var table = Table("Sums", .init("currency"), .number("debits").minor, empty: "none")
        #expect(table.html.markup.contains("none"))
        table.add("<b>USD</b>", "1.00")
        let markup = table.html.markup
        #expect(markup.contains("<caption>Sums</caption>"))
        #expect(markup.contains("scope=\"col\" class=\"number minor\">debits</th>"))
        #expect(markup.contains("scope=\"row\" class=\"\"><b>USD</b></th>"))
        #expect(markup.contains("class=\"number minor\" data-title=\"debits\">1.00</td>"))
        #expect(!markup.contains("none"))
    }

    @Test("Writes times with their zone and their exact value")
    func moments() {
        let html = Moments.html(1_763_650_245_000_250)
        #expect(
            html.markup == "<time datetime=\"2025-11-20T14:50:45.000250Z\">2025-11-20 14:50:45 "
                + "<span class=\"zone\">UTC</span></time>")
        #expect(Moments.html(0).markup == "–")
    }

    @Test(
        "Writes how long something took",
        arguments: [
            (Int64(0), "0.0 ms"), (410, "0.4 ms"), (12_900, "12 ms"), (3_450_000, "3.4 s"),
            (125_000_000, "2 min 5 s"), (12_000_000_000, "3 h 20 min"),
            (360_000_000_000, "4 d 4 h"),
        ])
    func spans(microseconds: Int64, text: String) {
        #expect(Moments.span(microseconds) == text)
    }
}
