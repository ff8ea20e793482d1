/** What this browser is sending, kept over a reload: by a file's name, size and time its upload's id and how far it has come. */

const PREFIX = "idp-upload:";
const keyOf = (file) => `${PREFIX}${file.name}:${file.size}:${file.lastModified}`;

function read(key) {
  try {
    const entry = JSON.parse(localStorage.getItem(key));
    return entry && Date.parse(entry.until) > Date.now() ? entry : null;
  } catch {
    return null;
  }
}

/** `{id, sent}`, or null where nothing of the file is on its way. */
export const recall = (file) => read(keyOf(file));

export function remember(file, upload) {
  const entry = { id: upload.id, name: file.name, size: file.size, sent: upload.received_bytes, until: upload.expires_at };
  localStorage.setItem(keyOf(file), JSON.stringify(entry));
}

export const forget = (file) => localStorage.removeItem(keyOf(file));

/** Files that were begun and are not submitted: `[{key, id, name, size, sent}]`; what has expired is forgotten here. */
export function unfinished() {
  const keys = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
  const entries = keys.map((key) => ({ key, entry: read(key) }));
  for (const { key, entry } of entries) if (!entry) localStorage.removeItem(key);
  return entries.filter(({ entry }) => entry).map(({ key, entry }) => ({ key, ...entry }));
}

export const forgetKey = (key) => localStorage.removeItem(key);
