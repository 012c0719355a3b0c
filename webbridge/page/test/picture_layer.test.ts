// Where pictures are seen in a scrolled terminal.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inSight, rowOf } from '../src/picture_layer.ts';
import type { Placement } from '../src/protocol.ts';

function placement(line: number, rows: number): Placement {
  return { x: 0, z: 0, cols: 1, line, rows, source: { x: 0, y: 0, width: 1, height: 1 }, picture: line };
}

describe('picture layer', () => {
  // 500 lines above the screen, 30 of them loaded, and the terminal has a remark in place of the others.
  const scene = { placements: [placement(495, 3), placement(499, 4), placement(465, 6), placement(523, 9)], end: 500, whole: 30 };

  it('counts rows from the terminal\'s first', () => {
    assert.equal(rowOf(500, scene, { baseY: 31, viewportY: 31 }), 0);
    assert.equal(rowOf(499, scene, { baseY: 31, viewportY: 31 }), -1);
    assert.equal(rowOf(500, scene, { baseY: 31, viewportY: 21 }), 10);
  });

  it('sees what is in the rows, and nothing above a gap', () => {
    const seen = (viewportY: number) => inSight(scene, { baseY: 31, viewportY }, 24).map(({ line }) => line);
    assert.deepEqual(seen(31), [499, 523]);
    assert.deepEqual(seen(30), [499]);
    assert.deepEqual(seen(28), [495, 499]);
    assert.deepEqual(seen(1), [465], 'its last line is the first after the gap');
    assert.deepEqual(seen(0), [465]);
    const shorter = { ...scene, whole: 29 };
    assert.deepEqual(inSight(shorter, { baseY: 31, viewportY: 0 }, 24), []);
  });
});
