// What the service worker touches, whom a page is for, and what it shows of the index.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import vm from "node:vm";

const source = readFileSync(new URL("../../static/js/offline/worker.js", import.meta.url), "utf8");
const worker = vm.createContext({ addEventListener() {}, URL, location: new URL("https://here/worker.js") });
vm.runInContext(source, worker);

const asked = (path, method = "GET", mode = "navigate") => worker.isPage({ method, mode }, path);
const plain = (value) => JSON.parse(JSON.stringify(value));

test("what is sent, the exam room, signing in, operators and programs pass it by", () => {
  assert.equal(asked("/notes/x/", "POST"), false);
  assert.equal(asked("/notes/x/", "GET", "cors"), false);
  for (const path of ["/sessions/1/", "/sessions/1/answers/", "/accounts/login/", "/admin/", "/api/v1/exams", "/bank/x/"]) {
    assert.equal(asked(path), false, path);
  }
  for (const path of ["/", "/notes/x/", "/offline/", "/review/x/", "/exams/", "/progress/"]) assert.equal(asked(path), true, path);
});

test("notes are kept, a search and everything else is not", () => {
  for (const path of ["/notes/x/", "/notes/x/1.1/", "/notes/x/glossary/"]) assert.equal(worker.isKept(path), true, path);
  for (const path of ["/", "/notes/", "/notes/x/search/", "/review/x/", "/review/x/list/", "/saved/", "/practised/1/"]) {
    assert.equal(worker.isKept(path), false, path);
  }
});

test("a page says whom it is for", () => {
  assert.equal(worker.ownerOf('<meta name="device" content="ab12" data-shows="page">'), "ab12");
  assert.equal(worker.ownerOf('<meta name="device" content="" data-shows="page">'), "");
  assert.equal(worker.ownerOf("<p>"), "");
});

test("the files of a page, a stylesheet and a script are ours alone", () => {
  const html = '<link href="/static/css/a.css"><img src="/images/1"><a href="/notes/x/">x</a><a href="https://there/static/b.js">y</a>';
  assert.deepEqual(plain(worker.filesOf(html, "https://here/notes/x/")), ["/static/css/a.css", "/images/1"]);
  assert.deepEqual(plain(worker.filesOf('a { src: url("../fonts/f.woff2") }', "https://here/static/css/a.css")), ["/static/fonts/f.woff2"]);
  assert.deepEqual(plain(worker.filesOf('import { b } from "./b.js";', "https://here/static/js/a.js")), ["/static/js/b.js"]);
});

const row = (path) => `<li data-page="${path}" data-keep="wished"><a href="${path}">${path}</a></li>`;
const index = `<p data-state="online">1</p><p data-state="kept" hidden>2</p><p data-state="nothing" hidden>3</p>
<p data-state="held" hidden>4</p><section data-shelf>${row("/notes/x/")}${row("/notes/x/1.1/")}</section>
<section data-shelf>${row("/notes/y/")}</section>`;

test("the index shows what is there", () => {
  const shown = worker.indexShown(index, { isHeld: false, paths: ["/notes/x/1.1/"] });
  assert.match(shown, /data-state="kept">2/);
  assert.match(shown, /data-state="online" hidden/);
  assert.deepEqual(plain(worker.pagesOf(shown)), [["/notes/x/1.1/", "wished"]]);
  assert.equal(shown.match(/<section/g).length, 1);
});

test("the index shows nothing during an exam, and says so where nothing is there", () => {
  const held = worker.indexShown(index, { isHeld: true, paths: ["/notes/x/"] });
  assert.match(held, /data-state="held">4/);
  assert.deepEqual(plain(worker.pagesOf(held)), []);
  assert.match(worker.indexShown(index, { isHeld: false, paths: [] }), /data-state="nothing">3/);
});
