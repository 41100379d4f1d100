internal import ConsoleCore
internal import GatewayCore
internal import Messages

/// Which payments are listed.
struct PaymentFilter: Hashable, Sendable {
    let status: PaymentV1.PaymentStatus
    let merchant: String
    let customer: String
    let cursor: Cursor

    init(_ query: inout Parameters) throws(APIError) {
        let name = try query.text("status") ?? ""
        self.status = PaymentV1.PaymentStatus(name: name) ?? .unspecified
        self.merchant = try query.text("merchant", length: 0...64) ?? ""
        self.customer = try query.text("customer", length: 0...255) ?? ""
        self.cursor = try Cursor(&query)
    }

    private var statusName: String { self.status == .unspecified ? "" : "\(self.status)" }

    var terms: [(String, String)] {
        [
            ("status", self.statusName), ("merchant", self.merchant),
            ("customer", self.customer),
        ]
    }

    var form: HTML {
        let choices = PaymentV1.PaymentStatus.allCases.dropFirst().map(\.description)
        return FilterForm.html(
            "payments",
            [
                FilterForm.choice("status", "Status", choices, chosen: self.statusName),
                FilterForm.text("merchant", "Merchant", self.merchant),
                FilterForm.text("customer", "Customer", self.customer),
            ])
    }
}

/// Which sagas are listed.
struct SagaFilter: Hashable, Sendable {
    let status: SagaV1.SagaStatus
    let kind: String
    let merchant: String
    let cursor: Cursor

    private static let kinds = [
        "process_payment", "capture_payment", "cancel_payment", "refund_payment",
    ]

    init(_ query: inout Parameters) throws(APIError) {
        let name = try query.text("status") ?? ""
        self.status = SagaV1.SagaStatus(name: name) ?? .unspecified
        let kind = try query.text("kind") ?? ""
        self.kind = Self.kinds.contains(kind) ? kind : ""
        self.merchant = try query.text("merchant", length: 0...64) ?? ""
        self.cursor = try Cursor(&query)
    }

    private var statusName: String { self.status == .unspecified ? "" : "\(self.status)" }

    var terms: [(String, String)] {
        [("status", self.statusName), ("kind", self.kind), ("merchant", self.merchant)]
    }

    var form: HTML {
        let choices = SagaV1.SagaStatus.allCases.dropFirst().map(\.description)
        return FilterForm.html(
            "sagas",
            [
                FilterForm.choice("status", "Status", choices, chosen: self.statusName),
                FilterForm.choice("kind", "Kind", Self.kinds, chosen: self.kind),
                FilterForm.text("merchant", "Merchant", self.merchant),
            ])
    }
}

/// Which accounts of the ledger are listed.
struct AccountFilter: Hashable, Sendable {
    let prefix: String
    let currency: String
    let cursor: Cursor

    init(_ query: inout Parameters) throws(APIError) {
        self.prefix = try query.text("name", length: 0...200) ?? ""
        self.currency = try query.text("currency", length: 0...3)?.uppercased() ?? ""
        self.cursor = try Cursor(&query)
    }

    var terms: [(String, String)] { [("name", self.prefix), ("currency", self.currency)] }

    var form: HTML {
        FilterForm.html(
            "ledger",
            [
                FilterForm.text("name", "Name begins with", self.prefix),
                FilterForm.text("currency", "Currency", self.currency),
            ])
    }
}

/// Which deliveries of webhooks are listed.
struct DeliveryListFilter: Hashable, Sendable {
    /// An account's id, or its merchant's.
    let merchant: String
    let isLive: Bool
    let endpoint: String
    let state: DeliveryFilter.DeliveryState?
    let cursor: Cursor

    init(_ query: inout Parameters) throws(APIError) {
        self.merchant = try query.text("merchant", length: 0...64) ?? ""
        self.isLive = try query.text("mode") == "live"
        self.endpoint = try query.text("endpoint", length: 0...64) ?? ""
        self.state = DeliveryFilter.DeliveryState(rawValue: try query.text("state") ?? "")
        self.cursor = try Cursor(&query)
    }

    private var mode: String { self.isLive ? "live" : "test" }

    var terms: [(String, String)] {
        [
            ("merchant", self.merchant), ("mode", self.mode), ("endpoint", self.endpoint),
            ("state", self.state?.rawValue ?? ""),
        ]
    }

    var form: HTML {
        let states = DeliveryFilter.DeliveryState.allCases.map(\.rawValue)
        return FilterForm.html(
            "webhooks",
            [
                FilterForm.text("merchant", "Merchant", self.merchant),
                FilterForm.choice(
                    "mode", "Mode", ["test", "live"], chosen: self.mode, isOptional: false),
                FilterForm.text("endpoint", "Endpoint", self.endpoint),
                FilterForm.choice(
                    "state", "State", states, chosen: self.state?.rawValue ?? ""),
            ])
    }
}

enum FilterForm {
    static func html(_ page: String, _ fields: [HTML]) -> HTML {
        """
        <form class="filters" action="/console/\(page)">\(fields)<button>Show</button></form>
        """
    }

    static func text(_ name: String, _ label: String, _ value: String) -> HTML {
        """
        <label>\(label)<input name="\(name)" value="\(value)" size="14" autocomplete="off" \
        spellcheck="false"></label>
        """
    }

    static func choice(
        _ name: String, _ label: String, _ choices: [String], chosen: String,
        isOptional: Bool = true
    ) -> HTML {
        let options: [HTML] = choices.map { choice in
            let selected: HTML = .when(choice == chosen, " selected")
            let words = choice.replacing("_", with: " ")
            return "<option value=\"\(choice)\"\(selected)>\(words)</option>"
        }
        let any: HTML = .when(isOptional, "<option value=\"\">any</option>")
        return """
            <label>\(label)<select name="\(name)">\(any)\(options)</select>\
            </label>
            """
    }
}
