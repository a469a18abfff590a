// What is said in fr on every other page and in the call; what mails, lists of attendance and the doctor say is the server's.
import { byTopic, type Sentences } from './byTopic';

export default byTopic(
  import.meta.glob<Sentences>(
    [
      '../../../locales/fr/*.json',
      '!**/{common,devices,errors,goodbye,lobby,prejoin}.json',
      '!**/{attendance,doctor,mail}.json',
    ],
    { eager: true, import: 'default' },
  ),
);
