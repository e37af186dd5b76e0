/** Where the webview's files are, as URIs the webview may load. */
export interface WebviewFiles {
  script: string;
  style: string;
  cspSource: string;
}

const escape = (text: string) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

/**
 * The page of a capture editor: an empty body, one script, and a policy that allows nothing else. The controls' library
 * adds one style element of its own and takes its nonce from the `csp-nonce` property.
 */
export function captureHtml(files: WebviewFiles, nonce: string, title: string): string {
  const policy = [
    `default-src 'none'`,
    `img-src ${files.cspSource} data:`,
    `font-src ${files.cspSource}`,
    `style-src ${files.cspSource} 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escape(policy)}">
<meta property="csp-nonce" content="${nonce}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<link rel="stylesheet" href="${escape(files.style)}">
</head>
<body data-view="capture">
<script nonce="${nonce}" src="${escape(files.script)}"></script>
</body>
</html>
`;
}
