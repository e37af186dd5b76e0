/** Where the webview's files are, as URIs the webview may load. */
export interface WebviewFiles {
  script: string;
  style: string;
  cspSource: string;
}

const escape = (text: string) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

/** The page of a capture editor: an empty body, one script, and a policy that allows nothing else. */
export function captureHtml(files: WebviewFiles, nonce: string, title: string): string {
  const policy = [
    `default-src 'none'`,
    `img-src ${files.cspSource} data:`,
    `font-src ${files.cspSource}`,
    `style-src ${files.cspSource}`,
    `script-src 'nonce-${nonce}'`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escape(policy)}">
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
