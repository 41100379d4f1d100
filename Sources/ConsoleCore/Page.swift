/// One page of the console, with what is around it.
package struct Page: Sendable {
    package enum Place: String, CaseIterable, Sendable {
        case overview, payments, sagas, ledger, webhooks, rates

        fileprivate var path: String {
            self == .overview ? "/console" : "/console/\(self.rawValue)"
        }
        fileprivate var title: String {
            self.rawValue.prefix(1).uppercased() + self.rawValue.dropFirst()
        }
    }

    package let title: String
    /// Where it stands among the others; `nil` for one outside.
    package let place: Place?
    /// What stands still: filters.
    package let head: HTML
    /// What is fetched anew every few seconds.
    package let live: HTML
    package let refreshSeconds: Int

    package init(
        _ title: String, _ place: Place?, head: HTML = .empty, live: HTML,
        refreshSeconds: Int = 5
    ) {
        self.title = title
        self.place = place
        self.head = head
        self.live = live
        self.refreshSeconds = refreshSeconds
    }

    /// - Parameter assets: Names the version of stylesheet and script, so that they can be kept.
    package func html(assets: String) -> HTML {
        """
        \(Self.opening(self.title, assets: assets))
        <a class="skip" href="#content">Skip to content</a>
        <header class="bar-top"><a class="brand" href="/console"><span>ƒ</span> Florin</a>
        <nav aria-label="Console"><ul>\(Place.allCases.map(self.link))</ul></nav>
        <form class="find" action="/console/find" role="search"><input name="id" required \
        aria-label="Id of a payment or a saga" placeholder="pi_… or saga_…" size="18" \
        autocomplete="off" spellcheck="false"><button>Find</button></form></header>
        <main id="content" tabindex="-1"><div class="title"><h1>\(self.title)</h1>\
        <div class="refresh"><span id="refresh-state" class="pill idle">Still</span>\
        <button id="refresh" type="button" hidden>Pause</button></div></div>
        \(self.head)\(Gantt.patterns)
        <div id="live" data-refresh="\(self.refreshSeconds)">\(self.live)</div></main>
        <footer><p>All times are UTC. What changes anything is done by the <code>florin</code> \
        command.</p><form method="post" action="/console/logout"><button>Sign out</button></form>\
        </footer></body></html>
        """
    }

    /// A page for those who are not in.
    package static func door(_ title: String, _ content: HTML, assets: String) -> HTML {
        """
        \(Self.opening(title, assets: assets))
        <main id="content" class="door"><div class="panel"><h1>\(title)</h1>\(content)</div></main>\
        </body></html>
        """
    }

    private static func opening(_ title: String, assets: String) -> HTML {
        """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><title>\(title) · Florin</title>\
        <meta name="viewport" content="width=device-width, initial-scale=1">\
        <meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">\
        <link rel="stylesheet" href="/console/console.css?v=\(assets)">\
        <script src="/console/console.js?v=\(assets)" defer></script></head><body>
        """
    }

    private func link(_ place: Place) -> HTML {
        let current: HTML = .when(place == self.place, " aria-current=\"page\"")
        return "<li><a href=\"\(place.path)\"\(current)>\(place.title)</a></li>"
    }
}
