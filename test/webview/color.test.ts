import assert from 'node:assert/strict';
import { contrast, cssColor, inkOn, over, parseColor } from '../../webview/color';
import { INTERFACES } from '../../webview/interfaces';
import themes from './harness/themes.json';

describe('colours', () => {
  it('reads the forms that themes use', () => {
    assert.deepEqual(parseColor('#fff'), { r: 255, g: 255, b: 255, a: 1 });
    assert.deepEqual(parseColor(' #0078D4 '), { r: 0, g: 120, b: 212, a: 1 });
    assert.deepEqual(parseColor('#00000080'), { r: 0, g: 0, b: 0, a: 128 / 255 });
    assert.deepEqual(parseColor('rgba(234, 92, 0, 0.33)'), { r: 234, g: 92, b: 0, a: 0.33 });
    assert.deepEqual(parseColor('rgb(1 2 3 / 50%)'), { r: 1, g: 2, b: 3, a: 0.5 });
    for (const wrong of ['', 'red', '#12', '#12345', 'rgb(1)', 'rgb(a, b, c)'])
      assert.equal(parseColor(wrong), undefined);
  });

  it('knows what a translucent colour looks like on its ground', () => {
    const seen = over(parseColor('rgba(255, 255, 255, 0.5)')!, parseColor('#000000')!);
    assert.equal(cssColor(seen), 'rgb(128 128 128)');
  });

  for (const [theme, variables] of Object.entries(themes as Record<string, Record<string, string>>)) {
    it(`gives every interface a colour of its own that shows, with readable labels, in ${theme}`, () => {
      const ground = parseColor(variables['--vscode-editor-background'])!;
      const seen = new Set<string>();
      for (const { name, variable } of INTERFACES) {
        const colour = parseColor(variables[variable] ?? '');
        assert.ok(colour, `${theme} has no ${variable}`);
        const solid = over(colour, ground);
        assert.ok(contrast(solid, ground) >= 2.5, `${name} hardly shows: ${contrast(solid, ground).toFixed(2)}`);
        assert.ok(contrast(inkOn(solid), solid) >= 4.5, `labels on ${name} are hard to read`);
        seen.add(cssColor(solid));
      }
      assert.equal(seen.size, INTERFACES.length);
    });
  }
});
