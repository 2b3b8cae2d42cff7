// How scripts work the controls of each kind of question. Its script in kinds/ registers it here, and
// stands on the page before what needs it.

const kinds = new Map();

/**
 * Register a kind by the name that its sections have in data-kind. What each kind can do:
 * read(question): the response that its controls hold, an index, a list, or null
 * write(question, entries): put a response, as a list, into the controls
 * goal(question): how many entries a whole response has
 * counter(question): what the counter says, with %(count)s and %(goal)s; "" for no counter
 * announces(question): whether the counter is spoken as it changes
 * open(question, changed): bring more than plain controls to life; `changed` is told of each change
 * pick(question, index): choose by a letter of the keyboard; return what is to be said
 * words(question, entries): a response by the letters or texts that a person sees
 */
export function register(name, kind) {
  kinds.set(name, kind);
}

/** The kind of a name; throws for one whose script is not on the page. */
export function kindOf(name) {
  const kind = kinds.get(name);
  if (!kind) throw new Error(`no script works questions of ${name}`);
  return kind;
}

/** The letter of an option. */
export const letterOf = (index) => String.fromCharCode(65 + index);
