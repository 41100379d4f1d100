/// `{"object": "search_result", …}`
package struct SearchResult: Sendable {
    package let objects: [any APIObject]
    /// Where the next page begins; empty on the last.
    private let nextPage: String
    /// "/v1/customers/search"
    private let url: String

    package init(_ objects: [any APIObject], nextPage: String, url: String) {
        self.objects = objects
        self.nextPage = nextPage
        self.url = url
    }

    package func rendered(
        expanding expansion: Expansion = .none, loaded: [String: any APIObject] = [:]
    ) -> [UInt8] {
        var writer = ObjectWriter(loaded: loaded)
        writer.json.begin("{")
        writer.json.field("object", "search_result")
        writer.json.key("data")
        writer.json.begin("[")
        for object in self.objects { object.write(&writer, expanding: expansion) }
        writer.json.end("]")
        writer.json.field("has_more", !self.nextPage.isEmpty)
        writer.json.field("next_page", self.nextPage.isEmpty ? nil : self.nextPage)
        writer.json.field("url", self.url)
        writer.json.end("}")
        return writer.json.bytes
    }
}
