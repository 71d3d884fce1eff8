export interface BannerParts {
  version: string;
  url: string;
  store: string;
  /** The password of `admin` if it was made just now, and never again. */
  adminPassword: string | null;
}

/** What is printed when the server is ready: where it is, who may come in, and three lines to paste. */
export function banner({ version, url, store, adminPassword }: BannerParts): string {
  // No one can connect to "all addresses".
  const http = url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:');
  return `Holdfast ${version} is ready.

  WebSocket  ${http.replace('http', 'ws')}/ws
  JSON-RPC   ${http}/rpc
  health     ${http}/health/ready
  metrics    ${http}/metrics
  store      ${store}
  username   admin
  password   ${adminPassword === null ? 'as it was set before' : `${adminPassword}   (made just now; keep it, it is not shown again)`}

${adminPassword === null ? 'With that password in HOLDFAST_ADMIN_PASSWORD, paste' : 'Paste'} these three lines into another terminal. The first subscribes, and goes away;
the second publishes; the third comes back for the message that waited.

${linesToPaste(http, adminPassword).join('\n\n')}

`;
}

/** For sh and bash. A made password has no character that a shell could take for something else. */
export function linesToPaste(http: string, adminPassword: string | null): string[] {
  const user = adminPassword === null ? '"admin:$HOLDFAST_ADMIN_PASSWORD"' : `'admin:${adminPassword}'`;
  const call = (method: string, params: string) =>
    `curl -sS -u ${user} ${http}/rpc -d '{"jsonrpc":"2.0","id":1,"method":"${method}","params":{${params}}}'`;
  return [
    `SUB_KEY=$(${call('subscribe', '"topic_name":"/hello","name":"first"')} | sed 's/.*"sub_key":"\\([^"]*\\)".*/\\1/'); echo "$SUB_KEY"`,
    `${call('publish', '"topic_name":"/hello","data":"I waited for you"')}; echo`,
    `${call('pull', `"sub_key":"'"$SUB_KEY"'"`)}; echo`,
  ];
}
