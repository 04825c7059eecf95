import { describe, expect, it } from 'vitest';
import { type CardSources, findGraphicsCards } from '#engine/devices/graphics-cards.ts';

const nothing: CardSources = {
  list: () => Promise.reject(new Error('no such folder')),
  read: () => Promise.reject(new Error('no such file')),
  nvidiaSmi: () => Promise.reject(new Error('no such program')),
};

function kernel(files: Record<string, string>): Pick<CardSources, 'list' | 'read'> {
  return {
    list: async () => [...new Set(Object.keys(files).map((file) => file.split('/')[4]))],
    read: async (file) => files[file] ?? Promise.reject(new Error('no such file')),
  };
}

describe('findGraphicsCards', () => {
  it('finds none where the system tells nothing', async () => {
    expect(await findGraphicsCards(nothing)).toEqual([]);
  });

  it("reads NVIDIA's own program and the kernel's list", async () => {
    const files = {
      '/sys/class/drm/card0/device/vendor': '0x10de\n',
      '/sys/class/drm/card1/device/vendor': '0x1002\n',
      '/sys/class/drm/card1/device/mem_info_vram_total': '8573157376\n',
      '/sys/class/drm/card1-DP-1/device/vendor': '0x1002\n',
      '/sys/class/drm/renderD128/device/vendor': '0x1002\n',
    };
    const nvidiaSmi = async () => 'NVIDIA GeForce RTX 4070, 12282\n';
    expect(await findGraphicsCards({ ...kernel(files), nvidiaSmi })).toEqual([
      { maker: 'NVIDIA', name: 'NVIDIA GeForce RTX 4070', memoryBytes: 12282 * 2 ** 20 },
      { maker: 'AMD', name: null, memoryBytes: 8573157376 },
    ]);
    expect(await findGraphicsCards({ ...nothing, ...kernel(files) })).toMatchObject([
      { maker: 'NVIDIA', memoryBytes: null },
      { maker: 'AMD' },
    ]);
  });

  it('takes nothing it cannot parse', async () => {
    const files = {
      '/sys/class/drm/card0/device/vendor': 'rm -rf /',
      '/sys/class/drm/card2/device/vendor': '0x8086',
      '/sys/class/drm/card2/device/mem_info_vram_total': '99999999999999999999999',
    };
    const nvidiaSmi = async () =>
      '\u001b[31mFailed to initialise NVML: Driver/library version mismatch\n<b>, 12\n,\nA card, 99999999999\n';
    expect(await findGraphicsCards({ ...kernel(files), nvidiaSmi })).toEqual([
      { maker: 'Intel', name: null, memoryBytes: null },
    ]);
  });
});
