// Texts to read aloud for a recording: every sound of the language, in sentences that one likes to say.

export const TEXTS = {
  zh: [
    "清晨的江边很安静，雾气慢慢散开，一只画眉在竹林里唱个不停。老人推着自行车走过石桥，车铃叮当作响。",
    "你昨天买的那本书，我已经看完了。里面写了许多远方的城市：海港、雪山、沙漠，还有一条很长很长的铁路。",
    "请问，去火车站怎么走？一直往前，过两个红绿灯，在邮局门口左转，大约十分钟就到。别着急，时间还早呢！",
    "她笑着说：“学一门语言，就像多开了一扇窗。”我想了想，觉得这话真有道理。你说是不是？",
  ],
  en: [
    "The morning river was quiet. Mist rose slowly from the water, and a thrush kept singing in the bamboo as if it were paid by the note.",
    "I finished the book you lent me yesterday. It is full of faraway places: harbours, deserts, snowy mountains, and one very long railway.",
    "Excuse me, which way is the station? Go straight on, pass two sets of lights, and turn left at the post office. You have plenty of time!",
    "She laughed and said that learning a language is like opening another window. I thought about it for a while. Don't you agree?",
  ],
};
