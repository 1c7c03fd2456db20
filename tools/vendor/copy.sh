#!/usr/bin/env bash
# For maintainers: fetch the pinned packages and copy what the site and its tests use, with a manifest.
set -euo pipefail
cd "$(dirname "$0")"
npm install --no-save --ignore-scripts --no-package-lock
source=node_modules/@scottish-government/design-system
target=../../static/vendor/sgds-4.2.0
mkdir -p "$target"/{css,scripts,images/icons}
cp "$source/dist/css/design-system.min.css" "$target/css/"
cp "$source/dist/scripts/design-system.js" "$target/scripts/"
cp "$source/dist/images/icons/icons.stack.svg" "$target/images/icons/"
cp "$source/LICENSE.txt" "$target/"
cp node_modules/axe-core/axe.min.js node_modules/axe-core/LICENSE ../../tests/browser/vendor/
cd ../../static/vendor
find sgds-4.2.0 -type f ! -name MANIFEST.sha256 | sort | xargs sha256sum > sgds-4.2.0/MANIFEST.sha256
