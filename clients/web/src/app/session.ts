// Who is signed in, by the cookie that the server sets. It keeps no secret: a page cannot read the cookie.
// A server that stands in for development may answer a token, which then goes into `hello`.

export type Session = { agent_id: string; workspace_id: string; token?: string };
export type DemoAgent = { agent_id: string; name: string; role: string };

/** The session of this browser; null when nobody is signed in. */
export async function current(): Promise<Session | null> {
  const answer = await fetch('/v1/session', { headers: { accept: 'application/json' } });
  if (answer.status === 401) return null;
  if (!answer.ok) throw new Error(`the session could not be read: status ${answer.status}`);
  return (await answer.json()) as Session;
}

/** Signs in with a one-time invitation. */
export async function accept(invitation: string): Promise<boolean> {
  const answer = await post('/v1/session', { invitation });
  return answer.ok;
}

/** Ends the session on the server and in this browser. */
export async function leave(): Promise<void> {
  await fetch('/v1/session', { method: 'DELETE' });
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
  return answer.ok;
}

function post(path: string, body: unknown): Promise<Response> {
  return fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}
