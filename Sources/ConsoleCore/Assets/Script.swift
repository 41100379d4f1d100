/// What the console's pages run: one file, without anything from elsewhere.
package enum Script {
    /// Fetches the moving part of a page again and again, as long as someone looks at it. What comes
    /// is HTML of this server's own, made by ``HTML``.
    package static let text = """
        "use strict";
        (() => {
          const live = document.getElementById("live");
          const state = document.getElementById("refresh-state");
          const button = document.getElementById("refresh");
          if (!live || !button) return;
          let paused = sessionStorage.getItem("paused") === "yes";
          const show = () => {
            button.textContent = paused ? "Resume" : "Pause";
            button.setAttribute("aria-pressed", String(paused));
            state.textContent = paused ? "Paused" : "Live";
            state.className = "pill " + (paused ? "idle" : "good");
          };
          const refresh = async () => {
            // Who reads or marks something with the keyboard is not disturbed.
            const busy = live.contains(document.activeElement) ||
              !document.getSelection().isCollapsed;
            if (paused || document.hidden || busy) return;
            try {
              const answer = await fetch(location.href, {
                headers: { "Florin-Fragment": "yes" }, signal: AbortSignal.timeout(10000) });
              if (answer.status === 401) return location.reload();
              if (!answer.ok) throw new Error(answer.statusText);
              const text = await answer.text();
              // Whoever paused meanwhile keeps what they saw.
              if (paused) return;
              live.innerHTML = text;
              show();
            } catch {
              state.textContent = "Not reachable";
              state.className = "pill bad";
            }
          };
          button.addEventListener("click", () => {
            paused = !paused;
            sessionStorage.setItem("paused", paused ? "yes" : "no");
            show();
          });
          button.hidden = false;
          show();
          setInterval(refresh, Number(live.dataset.refresh) * 1000);
        })();
        """
}
