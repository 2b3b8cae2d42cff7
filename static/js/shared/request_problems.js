// What a page says when a request of htmx fails: nothing that was chosen is lost, and there is a way on.

const NOTICE = "[data-request-problem]";

/** Which problem a failed request had: the name of its sentence on the page. Pure. */
export function problemOf({ status, address }) {
  if (status === 0) return "offline";
  if (new URL(address || "/", "http://here").pathname.startsWith("/accounts/login/")) return "signed-out";
  if (status === 401) return "signed-out";
  if (status === 403 || status === 404) return "elsewhere";
  if (status === 429) return "busy";
  return "failed";
}

/** The value of the cookie that goes with forms; the page's own token is stale once one signs in anew. Pure. */
export function tokenIn(cookies) {
  return /(?:^|;\s*)(?:__Host-)?csrftoken=([^;]+)/.exec(cookies)?.[1] ?? "";
}

function show(name, again) {
  const notice = document.querySelector(NOTICE);
  if (!notice) return;
  for (const sentence of notice.querySelectorAll("[data-problem]")) sentence.hidden = sentence.dataset.problem !== name;
  const button = notice.querySelector("[data-again]");
  button.hidden = !again;
  button.onclick = () => {
    hide();
    again();
  };
  notice.hidden = false;
  notice.focus();
}

function hide() {
  const notice = document.querySelector(NOTICE);
  if (notice) notice.hidden = true;
}

/** Ask again for what failed: the same form by the same button, or the same link. */
function repeat({ elt, requestConfig }) {
  const submitter = requestConfig?.triggeringEvent?.submitter;
  // htmx sends the value of the button that was clicked, not of the one that a script submits by.
  if (submitter?.isConnected) return () => submitter.click();
  return () => (elt.matches("form") ? elt.requestSubmit() : elt.click());
}

function onFailure({ detail }) {
  const { xhr } = detail;
  show(problemOf({ status: xhr?.status ?? 0, address: xhr?.responseURL }), repeat(detail));
}

export function watch() {
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    const token = tokenIn(document.cookie);
    if (detail.verb === "get" || !token) return;
    detail.parameters.delete?.("csrfmiddlewaretoken");
    detail.headers["X-CSRFToken"] = token;
  });
  // A request that was led to the sign-in page brought a whole page that belongs nowhere in this one.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (problemOf({ status: xhr.status, address: xhr.responseURL }) !== "signed-out") return;
    event.detail.shouldSwap = false;
    onFailure(event);
  });
  document.addEventListener("htmx:responseError", onFailure);
  document.addEventListener("htmx:sendError", onFailure);
  document.addEventListener("htmx:timeout", onFailure);
  document.addEventListener("htmx:beforeRequest", hide);
}

if (globalThis.document) watch();
