// Who is signed in, by the cookie that the server sets. It keeps no secret: a page cannot read the cookie. In the
// demo each window is somebody of its own, by a token that lives as long as the window: a cookie would make all
// windows of a browser the same person.

export type Session = { agent_id: string; workspace_id: string; token?: string };
export type DemoAgent = { agent_id: string; name: string; role: string };

/** Where a window keeps its token. */
const windowKey = 'parloir.window';
/** What stands there when the window goes by the browser's cookie though this is the demo. */
const byCookie = 'cookie';

/** The token of this window, in the demo. */
function windowToken(): string | undefined {
  const kept = sessionStorage.getItem(windowKey);
  return kept === null || kept === byCookie ? undefined : kept;
}

/** What a request of this window says of who asks, beside the cookie. */
export function own(): Record<string, string> {
  const token = windowToken();
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

/** The session of this window; null when nobody is signed in. */
export async function current(): Promise<Session | null> {
  if (sessionStorage.getItem(windowKey) === null && (await demoAgents()).length > 0) return null;
  const answer = await fetch('/v1/session', { headers: { accept: 'application/json', ...own() } });
  if (answer.status === 401) {
    sessionStorage.removeItem(windowKey);
    return null;
  }
  if (!answer.ok) throw new Error(`the session could not be read: status ${answer.status}`);
  const token = windowToken();
  return { ...((await answer.json()) as Session), ...(token === undefined ? {} : { token }) };
}

/** What came of an invitation. */
export type Accepted = { kind: 'in' } | { kind: 'refused' } | { kind: 'taken'; by: string };

/** Whether an invitation may sign out who is signed in with this browser. */
export type Place = 'free' | 'taken over';

/** Signs in with a one-time invitation, unless somebody else is signed in with this browser. */
export async function accept(invitation: string, place: Place): Promise<Accepted> {
  const replace = place === 'taken over' ? { replace: true } : {};
  const answer = await post('/v1/session', { invitation, ...replace });
  if (answer.ok) {
    sessionStorage.setItem(windowKey, byCookie);
    return { kind: 'in' };
  }
  const problem = (await answer.json().catch(() => ({}))) as { code?: string; details?: { name?: string } };
  if (problem.code !== 'already_signed_in') return { kind: 'refused' };
  return { kind: 'taken', by: problem.details?.name ?? '' };
}

/** Goes by the browser's cookie, whoever it is of. */
export function stay(): void {
  sessionStorage.setItem(windowKey, byCookie);
}

/** Ends the session on the server, then in this browser. Throws when the server did not end it. */
export async function leave(): Promise<void> {
  const answer = await fetch('/v1/session', { method: 'DELETE', headers: own() });
  // Whoever is not signed in any more has left.
  if (!answer.ok && answer.status !== 401) throw new Error(`the session goes on: status ${answer.status}`);
  sessionStorage.removeItem(windowKey);
}

/** Whom one may be in the demo; nobody outside it. */
export async function demoAgents(): Promise<DemoAgent[]> {
  const answer = await fetch('/v1/demo', { headers: { accept: 'application/json' } });
  if (!answer.ok) return [];
  return ((await answer.json()) as { agents: DemoAgent[] }).agents;
}

/** Signs in as an agent of the demo. */
export async function demoSignIn(agent_id: string): Promise<boolean> {
  const answer = await post('/v1/demo/sign-in', { agent_id });
  if (!answer.ok) return false;
  const { token } = (await answer.json()) as Session;
  sessionStorage.setItem(windowKey, token ?? byCookie);
  return true;
}

function post(path: string, body: unknown): Promise<Response> {
  return fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}
