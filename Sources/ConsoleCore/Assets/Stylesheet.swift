/// How the console looks: the system's own fonts, its light or dark colours, no pictures.
package enum Stylesheet {
    package static let text = colours + frame + pieces + tables + pictures + narrow

    private static let colours = """
        :root {
          color-scheme: light dark;
          --ground: #f6f7f6; --panel: #ffffff; --edge: #dfe3e0; --ink: #17211c; --soft: #55625b;
          --accent: #0b6b4b; --good: #0b6b4b; --good-back: #e2f2ea; --bad: #a3231f;
          --bad-back: #fbe7e5; --active: #1f5aa6; --active-back: #e4edf9; --doubt: #8a5300;
          --doubt-back: #fdf0d5; --undone: #6a3d9a; --undone-back: #f0e8f8; --idle: #55625b;
          --idle-back: #eceeec;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ground: #101412; --panel: #181d1a; --edge: #2c3430; --ink: #e6ece8; --soft: #9daaa3;
            --accent: #63d0a3; --good: #63d0a3; --good-back: #12352a; --bad: #ff9a93;
            --bad-back: #431b1a; --active: #8fbcff; --active-back: #16294a; --doubt: #f3c067;
            --doubt-back: #3c2b0c; --undone: #cfaef2; --undone-back: #2f2043; --idle: #9daaa3;
            --idle-back: #252b28;
          }
        }

        """

    private static let frame = """
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; }
        body {
          margin: 0; background: var(--ground); color: var(--ink);
          font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
        }
        a { color: var(--accent); text-underline-offset: 2px; }
        :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
        .skip { position: absolute; left: -999px; }
        .skip:focus { left: 12px; top: 12px; background: var(--panel); padding: 8px; z-index: 2; }
        .bar-top {
          display: flex; align-items: center; gap: 8px 24px; flex-wrap: wrap; padding: 12px 24px;
          background: var(--panel); border-bottom: 1px solid var(--edge);
        }
        .brand { font-weight: 700; font-size: 17px; text-decoration: none; color: var(--ink); }
        .brand span { color: var(--accent); }
        nav ul { display: flex; gap: 4px; list-style: none; margin: 0; padding: 0; }
        nav a {
          display: block; padding: 6px 12px; border-radius: 8px; text-decoration: none;
          color: var(--soft);
        }
        nav a:hover { background: var(--idle-back); }
        nav a[aria-current] { color: var(--ink); background: var(--idle-back); font-weight: 600; }
        .bar-top form { margin: 0; }
        .bar-top .find { margin-left: auto; display: flex; gap: 6px; }
        main { max-width: 1240px; margin: 0 auto; padding: 24px; }
        .title { display: flex; align-items: center; gap: 12px; flex-wrap: wrap; margin-bottom: 16px; }
        h1 { font-size: 24px; line-height: 1.2; margin: 0; letter-spacing: -0.01em; }
        h2 { font-size: 16px; margin: 0 0 12px; }
        .title .refresh { margin-left: auto; display: flex; gap: 8px; align-items: center; }
        input, select, button {
          font: inherit; color: inherit; background: var(--panel); border: 1px solid var(--edge);
          border-radius: 8px; padding: 6px 10px; min-height: 36px; max-width: 100%;
        }
        input, select { border-color: var(--soft); }
        button { cursor: pointer; font-weight: 600; }
        button:hover { background: var(--idle-back); }
        button.main { background: var(--accent); border-color: var(--accent); color: var(--ground); }
        footer { padding: 8px 24px 32px; text-align: center; color: var(--soft); font-size: 13px; }

        """

    private static let pieces = """
        .panel {
          background: var(--panel); border: 1px solid var(--edge); border-radius: 12px;
          padding: 16px 20px; margin: 0 0 16px;
        }
        .quiet, .zone { color: var(--soft); }
        .zone { font-size: 0.8em; }
        .note { border-left: 4px solid var(--bad); }
        .note.idle { border-left-color: var(--idle); }
        .note.doubt { border-left-color: var(--doubt); }
        .pill {
          display: inline-block; padding: 1px 10px; border-radius: 999px; font-size: 13px;
          font-weight: 600; white-space: nowrap; color: var(--idle); background: var(--idle-back);
        }
        .pill.good { color: var(--good); background: var(--good-back); }
        .pill.bad { color: var(--bad); background: var(--bad-back); }
        .pill.active { color: var(--active); background: var(--active-back); }
        .pill.doubt { color: var(--doubt); background: var(--doubt-back); }
        .pill.undone { color: var(--undone); background: var(--undone-back); }
        .figures {
          display: grid; grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); gap: 12px;
          margin: 0 0 16px;
        }
        .figure {
          background: var(--panel); border: 1px solid var(--edge); border-radius: 12px;
          padding: 12px 16px; display: flex; flex-direction: column-reverse;
        }
        .figure dt { color: var(--soft); font-size: 13px; }
        .figure dd {
          margin: 0; font-size: 24px; font-weight: 650; font-variant-numeric: tabular-nums;
          letter-spacing: -0.01em;
        }
        .figure.bad dd { color: var(--bad); }
        .figure.doubt dd { color: var(--doubt); }
        .figure.good dd { color: var(--good); }
        .facts {
          display: grid; grid-template-columns: repeat(auto-fill, minmax(230px, 1fr));
          gap: 12px 24px; margin: 0;
        }
        .facts dt { color: var(--soft); font-size: 13px; }
        .facts dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
        .columns { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 16px; }
        .filters { display: flex; gap: 12px; flex-wrap: wrap; align-items: end; margin: 0 0 16px; }
        .filters label { display: grid; gap: 2px; font-size: 13px; color: var(--soft); }
        .filters input, .filters select { font-size: 15px; color: var(--ink); }
        .pages { display: flex; gap: 16px; justify-content: flex-end; margin: 0 0 16px; }
        .id { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 13px; }
        .door { max-width: 480px; margin: 12vh auto 0; }
        .door form { margin-top: 16px; }
        code {
          font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 13px;
          background: var(--idle-back); border-radius: 6px; padding: 2px 6px;
        }

        """

    private static let tables = """
        .scroll { overflow-x: auto; padding: 12px 8px 8px; }
        table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
        caption { text-align: left; font-weight: 650; font-size: 16px; padding: 4px 12px 10px; }
        th, td { text-align: left; padding: 8px 12px; vertical-align: top; font-weight: 400; }
        thead th {
          color: var(--soft); font-size: 13px; font-weight: 600; white-space: nowrap;
          border-bottom: 1px solid var(--edge); padding-top: 4px;
        }
        tbody tr + tr > * { border-top: 1px solid var(--edge); }
        tbody tr:hover { background: var(--ground); }
        .number { text-align: right; white-space: nowrap; }
        time, .id { white-space: nowrap; }
        td bdi { overflow-wrap: anywhere; }
        td:has(> bdi) { min-width: 12em; }

        """

    private static let pictures = """
        .patterns { position: absolute; }
        .under { fill: var(--undone-back); }
        .stripe { fill: var(--undone); }
        .lane { display: block; min-width: 120px; margin-top: 4px; }
        .lane .grid, .plot .grid { stroke: var(--edge); stroke-width: 1; }
        .bar { fill: var(--idle); }
        .bar.good { fill: var(--good); }
        .bar.bad { fill: var(--bad); }
        .bar.active { fill: var(--active); }
        .bar.doubt { fill: var(--doubt); }
        .bar.undone { stroke: var(--undone); stroke-width: 1; fill: none; }
        .bar.undone[fill] { fill: revert-layer; }
        .plot { margin: 0 0 16px; }
        .plot figcaption { font-weight: 650; font-size: 16px; }
        .plot ul {
          list-style: none; display: flex; flex-wrap: wrap; gap: 2px 16px; margin: 4px 0 8px;
          padding: 0; font-size: 13px; color: var(--soft); font-variant-numeric: tabular-nums;
        }
        .plot strong { color: var(--ink); font-weight: 650; }
        .key {
          display: inline-block; width: 14px; height: 0; border-top: 3px solid;
          vertical-align: 4px; margin-right: 6px;
        }
        .key.line0 { border-color: var(--accent); }
        .key.line1 { border-color: var(--doubt); border-top-style: dashed; }
        .key.line2 { border-color: var(--bad); border-top-style: dotted; }
        .area {
          display: grid; grid-template-columns: 1fr 1fr; font-size: 12px; color: var(--soft);
          font-variant-numeric: tabular-nums;
        }
        .area .top, .area svg { grid-column: 1 / 3; }
        .area .now { text-align: right; }
        .area svg {
          width: 100%; height: 120px; border-top: 1px dashed var(--edge);
          border-bottom: 1px solid var(--soft); overflow: visible;
        }
        .plot polyline {
          fill: none; stroke-width: 2; vector-effect: non-scaling-stroke; stroke-linejoin: round;
        }
        polyline.line0 { stroke: var(--accent); }
        polyline.line1 { stroke: var(--doubt); stroke-dasharray: 6 3; }
        polyline.line2 { stroke: var(--bad); stroke-dasharray: 2 3; }

        """

    /// A row is a line with its name, and below it what there is to say, each with its title.
    private static let narrow = """
        @media (max-width: 760px) {
          .bar-top { padding: 10px 16px; }
          .bar-top nav { order: 3; width: 100%; }
          .bar-top nav ul { flex-wrap: wrap; }
          nav a { padding: 6px 10px; font-size: 14px; }
          .bar-top .find input { width: 9em; }
          main { padding: 16px; }
          .columns { grid-template-columns: minmax(0, 1fr); }
          .figures { grid-template-columns: repeat(2, minmax(0, 1fr)); }
          .minor { display: none; }
          .panel { padding: 14px 16px; }
          .scroll { padding: 8px; }
          table, caption, tbody { display: block; }
          caption { padding: 4px 8px 8px; }
          thead { position: absolute; clip-path: inset(50%); height: 1px; overflow: hidden; }
          tbody tr { display: flex; flex-wrap: wrap; gap: 4px 20px; padding: 10px 8px; }
          tbody tr + tr { border-top: 1px solid var(--edge); }
          tbody tr > :is(th, td) { display: block; padding: 0; border: 0; text-align: left; }
          tbody tr > .number { text-align: left; }
          tbody tr > .minor { display: none; }
          tbody th { flex: 1 1 100%; font-weight: 600; }
          tbody td:empty { display: none; }
          tbody td { overflow-wrap: anywhere; min-width: 0; }
          tbody td::before {
            content: attr(data-title); display: block; color: var(--soft); font-size: 12px;
          }
          tbody td:has(.lane) { flex: 1 1 140px; }
        }
        @media (prefers-reduced-motion: no-preference) {
          .bar.active { animation: work 1.6s ease-in-out infinite alternate; }
          @keyframes work { from { opacity: 1; } to { opacity: 0.55; } }
        }
        @media print {
          .bar-top, .refresh, .filters, .pages, footer { display: none; }
        }
        """
}
