// Answers the search box: the theme sends its worker the index and then each query, and shows what comes back.
// A query is read as words, pairs of Han and Hangul characters, pinyin, and the glossary's entries (#number); MiniSearch finds, rank() sorts.
if (self.importScripts) importScripts("../vendor/minisearch/index.js");

(host => {
  const SHOWN = 10;
  const LONGEST = 200;  // characters of a query that are read
  const WORDS = 40;     // words of a query that are read
  const FIELDS = { title: 7, text: 0.95, asked: 5, trail: 1.3, keys: 0.4 };
  const WEIGHT = { entry: 1.65, word: 0.8, near: 0.6, vague: 0.35, empty: 0.15 };
  const NAMED = 0.33;   // what is left to the letters of a word that the glossary knows
  const EMPTY = new Set(("a an and are as at be by can could did do does for from get go have how i if in is it its just me my of on or " +
    "should so that the them then there they this to up us was we were what when where which who will with would you your im ive").split(" "));
  const VAGUE = /[的了吗呢吧啊么怎什哪能可以我你是在要有会不把就还这那和跟到去给请想被让得着过没]/;

  let answer = () => ({ items: [], help: [] });

  host.onmessage = ({ data: { type, data } }) => {
    if (type === 0) {
      answer = engine(data.config, data.docs);
      host.postMessage({ type: 1 });
    } else if (type === 2) {
      host.postMessage({ type: 3, data: Object.assign(answer(String(data)), { query: data }) });
    }
  };

  // ---- Words ---------------------------------------------------------------------------------------------------

  const isLatin = word => /^[a-z0-9]/.test(word);
  const split = text => text.match(/[a-z0-9]+|[㐀-鿿]+|[가-힣]+/g) || [];

  // Han and Hangul in overlapping pairs, and the last character alone.
  const pairs = run => Array.from(run, (_, i) => run.slice(i, i + 2));

  // cancelling, cancelled, cancellation and cancels are one word.
  const stem = word => {
    if (!/^[a-z]{4,}$/.test(word)) return word;
    const short = word.replace(/(?:ations?|ments?|ing|ed|es|s)$/, "");
    return (short.length > 2 ? short : word).replace(/(.)\1$/, "$1").replace(/(..)[ey]$/, "$1");
  };

  // How many letters to change, add, leave out or swap with the next.
  const distance = (a, b) => {
    let before = [], last = [], row = Array.from({ length: b.length + 1 }, (_, i) => i);
    for (let i = 1; i <= a.length; i++) {
      [before, last, row] = [last, row, [i]];
      for (let j = 1; j <= b.length; j++) {
        row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] !== b[j - 1]));
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1);
      }
    }
    return row[b.length];
  };

  // One spelling for what is the same to a reader: width, case, accents, Traditional characters ("註注銷销"), Wi-Fi, U+, iPhone15.
  const speller = table => {
    const simple = new Map((table.match(/../g) || []).map(pair => [pair[0], pair[1]]));
    return text => text.normalize("NFKC").toLowerCase()
      .replace(/[\u00c0-\u024f]/g, c => c.normalize("NFD")[0])
      .replace(/[\u0300-\u036f'’]/g, "")
      .replace(/[㐀-鿿]/g, c => simple.get(c) || c)
      .replace(/([a-z])\+/g, "$1plus")
      .replace(/([a-z]{4})(?=\d)/g, "$1 ")
      .replace(/\b([a-z]{1,4})-(?=[a-z])/g, "$1");
  };

  // The table "an安按ba吧": the sounds of characters, and letters cut into syllables, of which the last may be unfinished.
  const pinyinOf = table => {
    const sounds = new Map();
    const syllables = new Set();
    const begun = new Set();
    for (const [, syllable, characters] of table.matchAll(/([a-z]+)([^a-z]+)/g)) {
      syllables.add(syllable);
      for (let i = 1; i < syllable.length; i++) begun.add(syllable.slice(0, i));
      for (const c of characters) sounds.set(c, (sounds.get(c) || []).concat(syllable));
    }
    const cut = letters => {
      if (!letters) return [];
      for (let length = Math.min(6, letters.length); length; length--) {
        const tail = syllables.has(letters.slice(0, length)) && cut(letters.slice(length));
        if (tail) return [letters.slice(0, length), ...tail];
      }
      return begun.has(letters) ? [letters] : null;
    };
    return {
      cut: word => /^[a-z]{2,30}$/.test(word) ? cut(word.replace(/v/g, "u")) : null,
      spelt: run => ` ${Array.from(run, c => (sounds.get(c) || "?")[0]).join(" ")} `,
      pairs: run => pairs(run).flatMap(([a, b]) => (b ? sounds.get(a) || [] : []).flatMap(x => (sounds.get(b) || []).map(y => `'${x}${y}`))),
    };
  };

  const escape = text => text.replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`);

  // ---- The index of one language (its form: hooks/search.py) ---------------------------------------------------

  function engine(config, docs) {
    const spell = speller(config.fold || "");
    const pinyin = pinyinOf(config.pinyin || "");
    const pageOf = place => place.split("#")[0];
    const page = place => config.pages[pageOf(place)] || { page: 1, section: 1, name: "" };
    const byPlace = new Map(docs.map(doc => [doc.location, doc]));

    const latin = new Map();  // the English words of pages and glossary, with how often
    const stems = new Set();
    const other = new Set();  // the pairs of pages, in characters and in pinyin
    const learn = word => { latin.set(word, (latin.get(word) || 0) + 1); stems.add(stem(word)); };

    // Words as they are compared: between single spaces, English ones as stems; Korean is written with spaces or without.
    const line = words => ` ${words.map(word => isLatin(word) ? stem(word) : word).join(" ")} `.replace(/([가-힣]) (?=[가-힣])/g, "$1");

    const names = config.words.flatMap((entry, id) => entry.split("|").map(name => {
      const words = split(spell(name));
      words.filter(isLatin).forEach(learn);
      const text = line(words);
      return { id, text: words.some(isLatin) ? text : text.trim(), sound: pinyin.spelt(words.join("")) };
    })).filter(name => name.text.trim()).sort((a, b) => b.text.length - a.text.length);

    // The glossary's entries that a text names, with the names used. In a query the longest name wins and is used up.
    const entries = (text, { as = "text", once = false } = {}) => {
      const found = new Map();
      for (const name of names) {
        if (!text.includes(name[as])) continue;
        found.set(name.id, (found.get(name.id) || []).concat(name[as]));
        if (once) text = text.split(name[as]).join("  ");
      }
      return found;
    };

    const tokens = text => {
      const words = split(spell(text));
      const runs = words.filter(word => !isLatin(word));
      const inPairs = runs.flatMap(run => [...pairs(run), ...pinyin.pairs(run)]);
      words.filter(isLatin).forEach(learn);
      inPairs.forEach(pair => other.add(pair));
      return [...words.filter(isLatin).map(stem), ...inPairs, ...Array.from(entries(line(words)).keys(), id => `#${id}`)];
    };

    const index = new MiniSearch({
      idField: "location", fields: Object.keys(FIELDS), tokenize: tokens, processTerm: term => term,
      extractField: (doc, field) => (field === "trail" ? page(doc.location).name : doc[field]) || "",
    });
    index.addAll(docs);

    const flat = text => ` ${split(spell(text)).join(" ")} `;
    const heads = docs.map(doc => ({
      place: doc.location, title: flat(doc.title), letters: flat(doc.title).replace(/ /g, ""),
      names: doc.keys ? [doc.title, ...doc.keys.split("|")].map(flat).filter(name => name.length > 3) : [],
    }));

    // ---- A query -------------------------------------------------------------------------------------------------

    // The word of the pages that a mistyped one was meant to be.
    const meantBy = word => {
      if (!/^[a-z]{4,20}$/.test(word)) return null;
      const most = word.length < 8 ? 1 : 2;
      let best = null;
      for (const [candidate, count] of latin) {
        if (candidate.length < 3 || Math.abs(candidate.length - word.length) > most) continue;
        const off = distance(word, candidate) + (candidate[0] === word[0] ? 0 : 0.5);
        if (off <= most + 0.5 && (!best || off < best.off || (off === best.off && count > best.count))) best = { candidate, off, count };
      }
      return best && best.candidate;
    };

    const inTwo = word => {
      for (let i = 2; i < word.length - 2; i++) {
        const parts = [word.slice(0, i), word.slice(i)];
        if (parts.every(part => stems.has(stem(part)))) return parts;
      }
      return null;
    };

    // What a query asks for: terms with weights, which of them may go on, its words as they were understood, whether one of them
    // stands in the pages as it was typed, and the glossary entry that is all it says.
    const read = query => {
      const asked = { terms: new Map(), open: new Set(), words: [], isSure: false, only: null };
      const add = (term, weight) => asked.terms.set(term, Math.max(weight, asked.terms.get(term) || 0));
      const take = (word, weight) => { add(stem(word), weight); asked.words.push(word); };
      let heard = [];

      const hear = () => {
        const last = heard.slice(-2).join("");
        if (heard.length === 1) add(`'${last}`, WEIGHT.near);
        heard.slice(1).forEach((syllable, i) => add(`'${heard[i]}${syllable}`, WEIGHT.word));
        if (last) asked.open.add(`'${last}`);
        const sound = ` ${heard.join(" ")} `;
        for (const [id, [name]] of entries(sound, { as: "sound" })) {
          add(`#${id}`, WEIGHT.word);
          if (name === sound) asked.only = `#${id}`;
        }
        heard = [];
      };

      const readRun = run => {
        asked.words.push(run);
        for (const pair of pairs(run)) {
          if (pair.length === 1 && run.length > 1) continue;
          add(pair, VAGUE.test(pair) ? WEIGHT.vague : WEIGHT.word);
          if (pair.length === 1) asked.open.add(pair);
          if (other.has(pair)) asked.isSure = true;
          else if (pair.length === 2) {
            for (const sound of pinyin.pairs(pair)) if (other.has(sound)) add(sound, WEIGHT.near);
          }
        }
      };

      const readLatin = (word, before, isLast) => {
        const joined = before && isLatin(before) && before + word;
        const syllables = !stems.has(stem(word)) && pinyin.cut(word);
        if (syllables && (syllables.length > 1 || heard.length || isLast)) {
          heard.push(...syllables);
          add(`'${word}`, WEIGHT.word);
          return;
        }
        hear();
        if (joined && stems.has(stem(joined))) take(joined, WEIGHT.word);
        if (stems.has(stem(word))) {
          take(word, EMPTY.has(word) ? WEIGHT.empty : WEIGHT.word);
          asked.isSure = asked.isSure || latin.has(word) && !EMPTY.has(word);
          if (isLast && word.length > 2) asked.open.add(stem(word));
        } else if (word.length > 1 && [...latin.keys()].some(known => known.startsWith(word))) {
          asked.words.push(word);
          add(word, WEIGHT.word);
          asked.open.add(word);
        } else {
          const better = meantBy(word);
          const heardAs = !better && names.find(name => word.length > 4 && distance(word, name.sound.replace(/ /g, "")) < 2);
          if (heardAs) return add(`#${heardAs.id}`, WEIGHT.entry);
          for (const part of (better ? [better] : inTwo(word) || [word])) take(part, WEIGHT.near);
        }
      };

      const words = split(spell(query.slice(0, LONGEST))).slice(0, WORDS);
      words.forEach((word, i) => {
        if (isLatin(word)) return readLatin(word, words[i - 1], i === words.length - 1);
        hear();
        readRun(word);
      });
      hear();
      const named = entries(line(asked.words), { once: true });
      const used = [...named.values()].flat().join("|");
      for (const [term, weight] of asked.terms) {
        if (/^[^'#]/.test(term) && used.includes(isLatin(term) ? ` ${term} ` : term)) asked.terms.set(term, weight * NAMED);
      }
      for (const [id, [name]] of named) {
        add(`#${id}`, WEIGHT.entry);
        if (name.trim() === line(asked.words).trim()) asked.only = `#${id}`;
      }
      return asked;
    };

    // Places by how well they answer: MiniSearch's score by the share of the question that is met, then what the heading adds.
    const rank = (query, asked) => {
      const total = [...asked.terms.values()].reduce((sum, weight) => sum + weight, 0);
      const found = index.search(query.slice(0, LONGEST), {
        tokenize: () => [...asked.terms.keys()], processTerm: term => term,
        boost: FIELDS, boostTerm: term => asked.terms.get(term), bm25: { k: 1, b: 0.3, d: 0.45 },
        prefix: term => asked.open.has(term), weights: { prefix: 0.6, fuzzy: 0 },
      });
      const scores = new Map(found.map(({ id, score, queryTerms }) => {
        const met = queryTerms.reduce((sum, term) => sum + (asked.terms.get(term) || 0), 0) / total;
        return [id, score / queryTerms.length * (0.8 + met ** 1.1)];  // MiniSearch multiplies by the number of terms
      }));
      const top = Math.max(1, ...scores.values());
      const isEverywhere = found.filter(hit => hit.queryTerms.includes(asked.only)).length > docs.length / 4;
      const titled = new Set(found.filter(hit => (hit.match[asked.only] || []).includes("title")).map(hit => hit.id));
      const whole = flat(query.slice(0, LONGEST));
      const bare = whole.trim();
      const extra = new Map();
      for (const { place, title, letters, names } of heads) {
        let more = 0;
        if (bare.length > 1 && (title.includes(bare) || /\d/.test(bare) && letters.includes(bare))) more = (asked.isSure ? 1.4 : 2.2) + 0.65 * bare.length / title.length + 0.7 * (title === whole);
        else if (title.length > 3 && whole.includes(title)) more = 0.22 * title.length / bare.length;
        if (place === config.terms) more = names.includes(whole) ? (isEverywhere ? 2 : 0.4) : more;
        else for (const name of names) if (whole.includes(name)) more = Math.max(more, 0.4 + 0.35 * name.length / whole.length);
        if (titled.has(place)) more = Math.max(more, 0.4);
        if (more) extra.set(place, top * more);
      }
      const weight = place => byPlace.get(place).text ? page(place)[place.includes("#") ? "section" : "page"] : 0.5;
      const best = [...new Set([...scores.keys(), ...extra.keys()])]
        .map(place => [place, (scores.get(place) || 0) * weight(place) + (extra.get(place) || 0) * Math.max(0.67, weight(place))])
        .sort((a, b) => b[1] - a[1]).map(([place]) => place);
      if (isEverywhere && best[0] !== config.terms) {  // what the whole guide is about: first the page about it
        const first = best.find(place => !place.includes("#") && page(place).page > 1);
        if (first !== undefined) best.unshift(...best.splice(best.indexOf(first), 1));
      }
      return best.slice(0, SHOWN);
    };

    // Whether a query is in words that the other language's pages know: Han on English pages, only English on Chinese ones.
    const isElsewhere = query => {
      const words = split(spell(query));
      const parts = config.other.known ? words.join("").match(/[㐀-鿿]/g) || [] : words.every(isLatin) ? words : [];
      const known = parts.filter(part => config.other.known ? config.other.known.includes(part) : part.length > 1 && stems.has(stem(part)));
      return known.length > parts.length / 2;
    };

    // Cuts a text into pieces, every second of which was asked for.
    const marker = ({ terms, words }) => {
      const clear = term => terms.get(term) > WEIGHT.vague;
      const stemmed = new Set(words.filter(isLatin).map(stem).filter(clear));
      const runs = words.filter(word => !isLatin(word)).flatMap(run => run.length < 2 ? run : pairs(run).filter(p => p.length === 2 && clear(p)));
      for (const { id, text } of names) if (terms.has(`#${id}`)) {
        if (text[0] !== " ") runs.push(text);
        else if (!text.trim().includes(" ")) stemmed.add(text.trim());
      }
      return text => {
        const plain = text.toLowerCase();
        const hit = new Uint8Array(text.length);
        for (const run of runs) for (let at = plain.indexOf(run); at >= 0; at = plain.indexOf(run, at + 1)) hit.fill(1, at, at + run.length);
        for (const match of plain.matchAll(/[a-z0-9]+/g)) if (stemmed.has(stem(match[0]))) hit.fill(1, match.index, match.index + match[0].length);
        const pieces = [""];
        for (let i = 0; i < text.length; i++) {
          if (hit[i] === pieces.length % 2) pieces.push("");
          pieces[pieces.length - 1] += text[i];
        }
        return pieces;
      };
    };

    // From disk a folder's address needs its file.
    const address = place => host.location.protocol === "file:" ? place.replace(/(^|\/)(?=#|$)/, "$1index.html") : place;

    const help = config.help.map(place => ({ location: address(place), title: byPlace.get(place).title }));

    return query => {
      const asked = read(query);
      const other = isElsewhere(query.slice(0, LONGEST)) ? address(config.other.base) : null;
      const mark = marker(asked);
      // The theme puts a title in as HTML, so it is escaped here; search.js adds the lead as text.
      let places = asked.terms.size ? rank(query, asked) : [];
      if (!places.length) {  // no pair is known: words that begin with one of the characters
        for (const c of (spell(query).match(/[㐀-鿿]/g) || []).filter(c => !VAGUE.test(c))) {
          asked.terms.set(c, WEIGHT.near);
          asked.open.add(c);
        }
        if (asked.open.size) places = rank(query, asked);
      }
      const items = places.map((place, i) => {
        const { title, text } = byPlace.get(place);
        const trail = place.includes("#") ? `${page(place).name || byPlace.get(pageOf(place)).title} › ` : "";
        const marked = mark(title).map((piece, n) => n % 2 ? `<mark>${escape(piece)}</mark>` : escape(piece)).join("");
        return [{ location: address(place), title: escape(trail) + marked, text: "", lead: mark(text), score: SHOWN - i, terms: {} }];
      });
      return { items, other, help: items.length || !query.trim() ? [] : help };
    };
  }
})(self.guide ? self.guide.disk : self);
