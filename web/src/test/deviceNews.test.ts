// Devices that come and go: one thing is one piece of news, and what nobody used may go unsaid.
import { expect, it } from 'vitest';
import { deviceNews } from '../call/deviceNews';
import type { Device, DeviceList } from '../call/devices';

const device = (id: string, label: string, group = ''): Device => ({ id, label, group });
const built = device('in', 'Micro intégré', 'pc');
const jabra = {
  microphone: device('jm', 'Jabra Evolve (0b0e:030c)', 'jabra'),
  speaker: device('js', 'Jabra Evolve', 'jabra'),
};
const list = (microphone: Device[], speaker: Device[] = [], camera: Device[] = []): DeviceList => ({
  microphone,
  speaker,
  camera,
});
const using =
  (...ids: string[]) =>
  (_: unknown, id: string) =>
    ids.includes(id);
const nothing = using();

it('tells of a headset once, though it is microphone and speaker', () => {
  const news = deviceNews(list([built]), list([built, jabra.microphone], [jabra.speaker]), nothing);
  expect(news).toEqual({
    change: 'appeared',
    name: 'Jabra Evolve',
    ids: { microphone: 'jm', speaker: 'js' },
  });
});
it('tells of what was used and is gone, whatever it was used for', () => {
  const before = list([built, jabra.microphone], [jabra.speaker]);
  expect(deviceNews(before, list([built]), using('js'))).toEqual({
    change: 'vanished',
    name: 'Jabra Evolve',
    ids: { microphone: 'jm', speaker: 'js' },
  });
  expect(deviceNews(before, list([built]), using('in'))).toBeNull();
});
it('tells the loss first when one thing takes another’s place', () => {
  const news = deviceNews(list([built]), list([jabra.microphone]), using('in'));
  expect(news).toMatchObject({ change: 'vanished', name: 'Micro intégré' });
});
it('takes devices without a group for things of their own', () => {
  const news = deviceNews(list([built]), list([built, device('a', 'A')], [device('b', 'B')]), nothing);
  expect(news).toEqual({ change: 'appeared', name: 'A', ids: { microphone: 'a' } });
});
it('says nothing of the first names, of aliases, and of no change', () => {
  expect(deviceNews(list([device('in', '')]), list([built]), nothing)).toBeNull();
  expect(deviceNews(list([built]), list([built, device('default', 'Par défaut')]), nothing)).toBeNull();
  expect(deviceNews(list([built]), list([built]), using('in'))).toBeNull();
});
