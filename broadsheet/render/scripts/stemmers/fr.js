/*
 * The Snowball stemmer for French, generated from french.sbl by Snowball 3.1.1,
 * https://snowballstem.org/. Comments, indentation and methods that it does not call were left out.
 *
 * Copyright (c) 2001, Dr Martin Porter
 * Copyright (c) 2004,2005, Richard Boulton
 * Copyright (c) 2013, Yoshiki Shibukawa
 * Copyright (c) 2006-2025, Olly Betts
 * All rights reserved.
 *
 * Redistribution and use in source and binary forms, with or without
 * modification, are permitted provided that the following conditions
 * are met:
 *
 *   1. Redistributions of source code must retain the above copyright notice,
 *      this list of conditions and the following disclaimer.
 *   2. Redistributions in binary form must reproduce the above copyright notice,
 *      this list of conditions and the following disclaimer in the documentation
 *      and/or other materials provided with the distribution.
 *   3. Neither the name of the Snowball project nor the names of its contributors
 *      may be used to endorse or promote products derived from this software
 *      without specific prior written permission.
 *
 * THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND
 * ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE IMPLIED
 * WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE
 * DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT OWNER OR CONTRIBUTORS BE LIABLE FOR
 * ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES
 * (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES;
 * LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON
 * ANY THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT
 * (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF THIS
 * SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.
 */
class BaseStemmer {
constructor() {
this.current = '';
this.c = 0;
this.limit = 0;
this.limit_backward = 0;
this.bra = 0;
this.ket = 0;
this.af = 0;
}
setCurrent(value) {
this.current = value;
this.c = 0;
this.limit = this.current.length;
this.limit_backward = 0;
this.bra = this.c;
this.ket = this.limit;
}
getCurrent() {
return this.current;
}
in_grouping(s, min, max) {
if (this.c >= this.limit) return false;
let ch = this.current.charCodeAt(this.c);
if (ch > max || ch < min) return false;
ch -= min;
if ((s[ch >>> 3] & (0x1 << (ch & 0x7))) === 0) return false;
this.c++;
return true;
}
go_in_grouping(s, min, max) {
while (this.c < this.limit) {
let ch = this.current.charCodeAt(this.c);
if (ch > max || ch < min)
return true;
ch -= min;
if ((s[ch >>> 3] & (0x1 << (ch & 0x7))) === 0)
return true;
this.c++;
}
return false;
}
in_grouping_b(s, min, max) {
if (this.c <= this.limit_backward) return false;
let ch = this.current.charCodeAt(this.c - 1);
if (ch > max || ch < min) return false;
ch -= min;
if ((s[ch >>> 3] & (0x1 << (ch & 0x7))) === 0) return false;
this.c--;
return true;
}
go_out_grouping(s, min, max) {
while (this.c < this.limit) {
let ch = this.current.charCodeAt(this.c);
if (ch <= max && ch >= min) {
ch -= min;
if ((s[ch >>> 3] & (0X1 << (ch & 0x7))) !== 0) {
return true;
}
}
this.c++;
}
return false;
}
out_grouping_b(s, min, max) {
if (this.c <= this.limit_backward) return false;
let ch = this.current.charCodeAt(this.c - 1);
if (ch > max || ch < min) {
this.c--;
return true;
}
ch -= min;
if ((s[ch >>> 3] & (0x1 << (ch & 0x7))) === 0) {
this.c--;
return true;
}
return false;
}
eq_s(s) {
if (this.limit - this.c < s.length) return false;
if (!this.current.startsWith(s, this.c)) return false;
this.c += s.length;
return true;
}
eq_s_b(s) {
if (this.c - this.limit_backward < s.length) return false;
if (!this.current.endsWith(s, this.c)) return false;
this.c -= s.length;
return true;
}
find_among(v, call_among_func) {
let i = 0;
let j = v.length;
const c = this.c;
const l = this.limit;
let common_i = 0;
let common_j = 0;
let first_key_inspected = false;
while (true) {
const k = i + ((j - i) >>> 1);
let diff = 0;
let common = common_i < common_j ? common_i : common_j; // smaller
const w = v[k];
let i2;
for (i2 = common; i2 < w[0].length; i2++) {
if (c + common === l) {
diff = -1;
break;
}
diff = this.current.charCodeAt(c + common) - w[0].charCodeAt(i2);
if (diff !== 0) break;
common++;
}
if (diff < 0) {
j = k;
common_j = common;
} else {
i = k;
common_i = common;
}
if (j - i <= 1) {
if (i > 0) break; // v->s has been inspected
if (j === i) break; // only one item in v
if (first_key_inspected) break;
first_key_inspected = true;
}
}
while (true) {
const w = v[i];
if (common_i >= w[0].length) {
this.c = c + w[0].length;
if (w.length < 4) return w[1];
this.af = w[3];
if (call_among_func.call(this)) {
this.c = c + w[0].length;
return w[1];
}
}
if (!w[2]) return 0;
i -= w[2];
}
}
find_among_b(v, call_among_func) {
let i = 0;
let j = v.length
const c = this.c;
const lb = this.limit_backward;
let common_i = 0;
let common_j = 0;
let first_key_inspected = false;
while (true) {
const k = i + ((j - i) >> 1);
let diff = 0;
let common = common_i < common_j ? common_i : common_j;
const w = v[k];
let i2;
for (i2 = w[0].length - 1 - common; i2 >= 0; i2--) {
if (c - common === lb) {
diff = -1;
break;
}
diff = this.current.charCodeAt(c - 1 - common) - w[0].charCodeAt(i2);
if (diff !== 0) break;
common++;
}
if (diff < 0) {
j = k;
common_j = common;
} else {
i = k;
common_i = common;
}
if (j - i <= 1) {
if (i > 0) break;
if (j === i) break;
if (first_key_inspected) break;
first_key_inspected = true;
}
}
while (true) {
const w = v[i];
if (common_i >= w[0].length) {
this.c = c - w[0].length;
if (w.length < 4) return w[1];
this.af = w[3];
if (call_among_func.call(this)) {
this.c = c - w[0].length;
return w[1];
}
}
if (!w[2]) return 0;
i -= w[2];
}
}
#replace_s(c_bra, c_ket, s) {
const adjustment = s.length - (c_ket - c_bra);
this.current = this.current.slice(0, c_bra) + s + this.current.slice(c_ket);
this.limit += adjustment;
if (this.c >= c_ket) this.c += adjustment;
else if (this.c > c_bra) this.c = c_bra;
return adjustment;
}
#slice_check() {
console.assert(this.bra >= 0);
console.assert(this.bra <= this.ket);
console.assert(this.ket <= this.limit);
console.assert(this.limit <= this.current.length);
}
slice_from(s) {
this.#slice_check();
this.#replace_s(this.bra, this.ket, s);
this.ket = this.bra + s.length;
}
slice_del() {
this.slice_from("");
}
}
const a_0 = [
["col", -1],
["ni", 1],
["par", -1],
["tap", -1]
];
const a_1 = [
["", 7],
["H", 6, 1],
["He", 4, 1],
["Hi", 5, 2],
["I", 1, 4],
["U", 2, 5],
["Y", 3, 6]
];
const a_2 = [
["iqU", 3],
["abl", 3],
["I\u00E8r", 4],
["i\u00E8r", 4],
["eus", 2],
["iv", 1]
];
const a_3 = [
["ic", 2],
["abil", 1],
["iv", 3]
];
const a_4 = [
["iqUe", 1],
["atrice", 2],
["ance", 1],
["ence", 5],
["logie", 3],
["able", 1],
["isme", 1],
["euse", 12],
["iste", 1],
["ive", 8],
["if", 8],
["usion", 4],
["ation", 2],
["ution", 4],
["ateur", 2],
["iqUes", 1],
["atrices", 2],
["ances", 1],
["ences", 5],
["logies", 3],
["ables", 1],
["ismes", 1],
["euses", 12],
["istes", 1],
["ives", 8],
["ifs", 8],
["usions", 4],
["ations", 2],
["utions", 4],
["ateurs", 2],
["ments", 16],
["ements", 6, 1],
["issements", 13, 1],
["it\u00E9s", 7],
["ment", 16],
["ement", 6, 1],
["issement", 13, 1],
["amment", 14, 3],
["emment", 15, 4],
["aux", 10],
["eaux", 9, 1],
["eux", 1],
["oux", 11],
["it\u00E9", 7]
];
const a_5 = [
["ira", 1],
["ie", 1],
["isse", 1],
["issante", 1],
["i", 1],
["irai", 1, 1],
["ir", 1],
["iras", 1],
["ies", 1],
["\u00EEmes", 1],
["isses", 1],
["issantes", 1],
["\u00EEtes", 1],
["is", 1],
["irais", 1, 1],
["issais", 1, 2],
["irions", 1],
["issions", 1],
["irons", 1],
["issons", 1],
["issants", 1],
["it", 1],
["irait", 1, 1],
["issait", 1, 2],
["issant", 1],
["iraIent", 1],
["issaIent", 1],
["irent", 1],
["issent", 1],
["iront", 1],
["\u00EEt", 1],
["iriez", 1],
["issiez", 1],
["irez", 1],
["issez", 1]
];
const a_6 = [
["al", 1],
["\u00E9pl", -1],
["auv", -1]
];
const a_7 = [
["a", 3],
["era", 2, 1],
["aise", 4],
["asse", 3],
["ante", 3],
["\u00E9e", 2],
["ai", 3],
["erai", 2, 1],
["er", 2],
["as", 3],
["eras", 2, 1],
["\u00E2mes", 3],
["aises", 4],
["asses", 3],
["antes", 3],
["\u00E2tes", 3],
["\u00E9es", 2],
["ais", 4],
["eais", 2, 1],
["erais", 2, 2],
["ions", 1],
["erions", 2, 1],
["assions", 3, 2],
["erons", 2],
["ants", 3],
["\u00E9s", 2],
["ait", 3],
["erait", 2, 1],
["ant", 3],
["aIent", 3],
["eraIent", 2, 1],
["\u00E8rent", 2],
["assent", 3],
["eront", 2],
["\u00E2t", 3],
["ez", 2],
["iez", 2, 1],
["eriez", 2, 1],
["assiez", 3, 2],
["erez", 2, 4],
["\u00E9", 2]
];
const a_8 = [
["e", 3],
["I\u00E8re", 2, 1],
["i\u00E8re", 2, 2],
["ion", 1],
["Ier", 2],
["ier", 2]
];
const a_9 = [
["ell", -1],
["eill", -1],
["enn", -1],
["onn", -1],
["ett", -1]
];
const g_v = [17, 65, 16, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 128, 130, 103, 8, 5];
const g_oux_ending = [65, 85];
const g_elision_char = [131, 14, 3];
const g_keep_with_s = [1, 65, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 128];
class Stemmer extends BaseStemmer {
#I_p2= 0;
#I_p1= 0;
#I_pV= 0;
#r_elisions() {
this.bra = this.c;
lab0: {
lab1: {
if (!(this.in_grouping(g_elision_char, 99, 116))) break lab1;
break lab0;
}
if (!(this.eq_s("qu"))) return false;
}
if (!(this.eq_s("'"))) return false;
this.ket = this.c;
if (this.c >= this.limit) return false;
this.slice_del();
return true;
}
#r_prelude() {
while (true) {
const v_1 = this.c;
lab0: {
golab1: while (true)
{
const v_2 = this.c;
lab2: {
lab3: {
const v_3 = this.c;
lab4: {
if (!(this.in_grouping(g_v, 97, 251))) break lab4;
this.bra = this.c;
lab5: {
const v_4 = this.c;
lab6: {
if (!(this.eq_s("u"))) break lab6;
this.ket = this.c;
if (!(this.in_grouping(g_v, 97, 251))) break lab6;
this.slice_from("U");
break lab5;
}
this.c = v_4;
lab7: {
if (!(this.eq_s("i"))) break lab7;
this.ket = this.c;
if (!(this.in_grouping(g_v, 97, 251))) break lab7;
this.slice_from("I");
break lab5;
}
this.c = v_4;
if (!(this.eq_s("y"))) break lab4;
this.ket = this.c;
this.slice_from("Y");
}
break lab3;
}
this.c = v_3;
lab8: {
this.bra = this.c;
if (!(this.eq_s("\u00EB"))) break lab8;
this.ket = this.c;
this.slice_from("He");
break lab3;
}
this.c = v_3;
lab9: {
this.bra = this.c;
if (!(this.eq_s("\u00EF"))) break lab9;
this.ket = this.c;
this.slice_from("Hi");
break lab3;
}
this.c = v_3;
lab10: {
this.bra = this.c;
if (!(this.eq_s("y"))) break lab10;
this.ket = this.c;
if (!(this.in_grouping(g_v, 97, 251))) break lab10;
this.slice_from("Y");
break lab3;
}
this.c = v_3;
if (!(this.eq_s("q"))) break lab2;
this.bra = this.c;
if (!(this.eq_s("u"))) break lab2;
this.ket = this.c;
this.slice_from("U");
}
this.c = v_2;
break golab1;
}
this.c = v_2;
if (this.c >= this.limit) break lab0;
this.c++;
}
continue;
}
this.c = v_1;
break;
}
return true;
}
#r_mark_regions() {
let a;
this.#I_pV = this.limit;
this.#I_p1 = this.limit;
this.#I_p2 = this.limit;
const v_1 = this.c;
lab0: {
lab1: {
const v_2 = this.c;
lab2: {
if (!(this.in_grouping(g_v, 97, 251))) break lab2;
if (!(this.in_grouping(g_v, 97, 251))) break lab2;
if (this.c >= this.limit) break lab2;
this.c++;
break lab1;
}
this.c = v_2;
lab3: {
a = this.find_among(a_0);
if (a === 0) break lab3;
switch (a) {
case 1: {
if (!(this.in_grouping(g_v, 97, 251))) break lab3;
break;
}
}
break lab1;
}
this.c = v_2;
if (this.c >= this.limit) break lab0;
this.c++;
if (!this.go_out_grouping(g_v, 97, 251)) break lab0;
this.c++;
}
this.#I_pV = this.c;
}
this.c = v_1;
const v_3 = this.c;
lab4: {
if (!this.go_out_grouping(g_v, 97, 251)) break lab4;
this.c++;
if (!this.go_in_grouping(g_v, 97, 251)) break lab4;
this.c++;
this.#I_p1 = this.c;
if (!this.go_out_grouping(g_v, 97, 251)) break lab4;
this.c++;
if (!this.go_in_grouping(g_v, 97, 251)) break lab4;
this.c++;
this.#I_p2 = this.c;
}
this.c = v_3;
return true;
}
#r_postlude() {
let a;
while (true) {
const v_1 = this.c;
lab0: {
this.bra = this.c;
a = this.find_among(a_1);
this.ket = this.c;
switch (a) {
case 1: {
this.slice_from("i");
break;
}
case 2: {
this.slice_from("u");
break;
}
case 3: {
this.slice_from("y");
break;
}
case 4: {
this.slice_from("\u00EB");
break;
}
case 5: {
this.slice_from("\u00EF");
break;
}
case 6: {
this.slice_del();
break;
}
case 7: {
if (this.c >= this.limit) break lab0;
this.c++;
break;
}
}
continue;
}
this.c = v_1;
break;
}
return true;
}
#r_RV() {
return this.#I_pV <= this.c;
}
#r_R1() {
return this.#I_p1 <= this.c;
}
#r_R2() {
return this.#I_p2 <= this.c;
}
#r_standard_suffix() {
let a;
this.ket = this.c;
a = this.find_among_b(a_4);
if (a === 0) return false;
this.bra = this.c;
switch (a) {
case 1: {
if (!this.#r_R2()) return false;
this.slice_del();
break;
}
case 2: {
if (!this.#r_R2()) return false;
this.slice_del();
const v_1 = this.limit - this.c;
lab0: {
this.ket = this.c;
if (!(this.eq_s_b("ic"))) {
this.c = this.limit - v_1;
break lab0;
}
this.bra = this.c;
lab1: {
const v_2 = this.limit - this.c;
lab2: {
if (!this.#r_R2()) break lab2;
this.slice_del();
break lab1;
}
this.c = this.limit - v_2;
this.slice_from("iqU");
}
}
break;
}
case 3: {
if (!this.#r_R2()) return false;
this.slice_from("log");
break;
}
case 4: {
if (!this.#r_R2()) return false;
this.slice_from("u");
break;
}
case 5: {
if (!this.#r_R2()) return false;
this.slice_from("ent");
break;
}
case 6: {
if (!this.#r_RV()) return false;
this.slice_del();
const v_3 = this.limit - this.c;
lab3: {
this.ket = this.c;
a = this.find_among_b(a_2);
if (a === 0) {
this.c = this.limit - v_3;
break lab3;
}
this.bra = this.c;
switch (a) {
case 1: {
if (!this.#r_R2()) {
this.c = this.limit - v_3;
break lab3;
}
this.slice_del();
this.ket = this.c;
if (!(this.eq_s_b("at"))) {
this.c = this.limit - v_3;
break lab3;
}
this.bra = this.c;
if (!this.#r_R2()) {
this.c = this.limit - v_3;
break lab3;
}
this.slice_del();
break;
}
case 2: {
lab4: {
const v_4 = this.limit - this.c;
lab5: {
if (!this.#r_R2()) break lab5;
this.slice_del();
break lab4;
}
this.c = this.limit - v_4;
if (!this.#r_R1()) {
this.c = this.limit - v_3;
break lab3;
}
this.slice_from("eux");
}
break;
}
case 3: {
if (!this.#r_R2()) {
this.c = this.limit - v_3;
break lab3;
}
this.slice_del();
break;
}
case 4: {
if (!this.#r_RV()) {
this.c = this.limit - v_3;
break lab3;
}
this.slice_from("i");
break;
}
}
}
break;
}
case 7: {
if (!this.#r_R2()) return false;
this.slice_del();
const v_5 = this.limit - this.c;
lab6: {
this.ket = this.c;
a = this.find_among_b(a_3);
if (a === 0) {
this.c = this.limit - v_5;
break lab6;
}
this.bra = this.c;
switch (a) {
case 1: {
lab7: {
const v_6 = this.limit - this.c;
lab8: {
if (!this.#r_R2()) break lab8;
this.slice_del();
break lab7;
}
this.c = this.limit - v_6;
this.slice_from("abl");
}
break;
}
case 2: {
lab9: {
const v_7 = this.limit - this.c;
lab10: {
if (!this.#r_R2()) break lab10;
this.slice_del();
break lab9;
}
this.c = this.limit - v_7;
this.slice_from("iqU");
}
break;
}
case 3: {
if (!this.#r_R2()) {
this.c = this.limit - v_5;
break lab6;
}
this.slice_del();
break;
}
}
}
break;
}
case 8: {
if (!this.#r_R2()) return false;
this.slice_del();
const v_8 = this.limit - this.c;
lab11: {
this.ket = this.c;
if (!(this.eq_s_b("at"))) {
this.c = this.limit - v_8;
break lab11;
}
this.bra = this.c;
if (!this.#r_R2()) {
this.c = this.limit - v_8;
break lab11;
}
this.slice_del();
this.ket = this.c;
if (!(this.eq_s_b("ic"))) {
this.c = this.limit - v_8;
break lab11;
}
this.bra = this.c;
lab12: {
const v_9 = this.limit - this.c;
lab13: {
if (!this.#r_R2()) break lab13;
this.slice_del();
break lab12;
}
this.c = this.limit - v_9;
this.slice_from("iqU");
}
}
break;
}
case 9: {
this.slice_from("eau");
break;
}
case 10: {
if (!this.#r_R1()) return false;
this.slice_from("al");
break;
}
case 11: {
if (!(this.in_grouping_b(g_oux_ending, 98, 112))) return false;
this.slice_from("ou");
break;
}
case 12: {
lab14: {
const v_10 = this.limit - this.c;
lab15: {
if (!this.#r_R2()) break lab15;
this.slice_del();
break lab14;
}
this.c = this.limit - v_10;
if (!this.#r_R1()) return false;
this.slice_from("eux");
}
break;
}
case 13: {
if (!this.#r_R1()) return false;
if (!(this.out_grouping_b(g_v, 97, 251))) return false;
this.slice_del();
break;
}
case 14: {
if (!this.#r_RV()) return false;
this.slice_from("ant");
return false;
}
case 15: {
if (!this.#r_RV()) return false;
this.slice_from("ent");
return false;
}
case 16: {
const v_11 = this.limit - this.c;
if (!(this.in_grouping_b(g_v, 97, 251))) return false;
if (!this.#r_RV()) return false;
this.c = this.limit - v_11;
this.slice_del();
return false;
}
}
return true;
}
#r_i_verb_suffix() {
if (this.c < this.#I_pV) return false;
const v_1 = this.limit_backward;
this.limit_backward = this.#I_pV;
this.ket = this.c;
if (this.find_among_b(a_5) === 0) {
this.limit_backward = v_1;
return false;
}
this.bra = this.c;
lab0: {
if (!(this.eq_s_b("H"))) break lab0;
this.limit_backward = v_1;
return false;
}
if (!(this.out_grouping_b(g_v, 97, 251))) {
this.limit_backward = v_1;
return false;
}
this.slice_del();
this.limit_backward = v_1;
return true;
}
#r_verb_suffix() {
let a;
if (this.c < this.#I_pV) return false;
const v_1 = this.limit_backward;
this.limit_backward = this.#I_pV;
this.ket = this.c;
a = this.find_among_b(a_7);
if (a === 0) {
this.limit_backward = v_1;
return false;
}
this.bra = this.c;
this.limit_backward = v_1;
switch (a) {
case 1: {
if (!this.#r_R2()) return false;
this.slice_del();
break;
}
case 2: {
this.slice_del();
break;
}
case 3: {
const v_2 = this.limit - this.c;
lab0: {
if (!(this.eq_s_b("e"))) {
this.c = this.limit - v_2;
break lab0;
}
if (!this.#r_RV()) {
this.c = this.limit - v_2;
break lab0;
}
this.bra = this.c;
}
this.slice_del();
break;
}
case 4: {
{
const v_3 = this.limit - this.c;
lab1: {
a = this.find_among_b(a_6);
if (a === 0) break lab1;
switch (a) {
case 1: {
if (this.c <= this.limit_backward) break lab1;
this.c--;
if (this.c > this.limit_backward) break lab1;
break;
}
}
return false;
}
this.c = this.limit - v_3;
}
this.slice_del();
break;
}
}
return true;
}
#r_residual_suffix() {
let a;
const v_1 = this.limit - this.c;
lab0: {
this.ket = this.c;
if (!(this.eq_s_b("s"))) {
this.c = this.limit - v_1;
break lab0;
}
this.bra = this.c;
const v_2 = this.limit - this.c;
lab1: {
lab2: {
if (!(this.eq_s_b("Hi"))) break lab2;
break lab1;
}
if (!(this.out_grouping_b(g_keep_with_s, 97, 232))) {
this.c = this.limit - v_1;
break lab0;
}
}
this.c = this.limit - v_2;
this.slice_del();
}
if (this.c < this.#I_pV) return false;
const v_3 = this.limit_backward;
this.limit_backward = this.#I_pV;
this.ket = this.c;
a = this.find_among_b(a_8);
if (a === 0) {
this.limit_backward = v_3;
return false;
}
this.bra = this.c;
switch (a) {
case 1: {
if (!this.#r_R2()) {
this.limit_backward = v_3;
return false;
}
lab3: {
lab4: {
if (!(this.eq_s_b("s"))) break lab4;
break lab3;
}
if (!(this.eq_s_b("t"))) {
this.limit_backward = v_3;
return false;
}
}
this.slice_del();
break;
}
case 2: {
this.slice_from("i");
break;
}
case 3: {
this.slice_del();
break;
}
}
this.limit_backward = v_3;
return true;
}
#r_un_double() {
const v_1 = this.limit - this.c;
if (this.find_among_b(a_9) === 0) return false;
this.c = this.limit - v_1;
this.ket = this.c;
if (this.c <= this.limit_backward) return false;
this.c--;
this.bra = this.c;
this.slice_del();
return true;
}
#r_un_accent() {
{
let v_1 = 1;
while (true) {
lab0: {
if (!(this.out_grouping_b(g_v, 97, 251))) break lab0;
v_1--;
continue;
}
break;
}
if (v_1 > 0) return false;
}
this.ket = this.c;
lab1: {
lab2: {
if (!(this.eq_s_b("\u00E9"))) break lab2;
break lab1;
}
if (!(this.eq_s_b("\u00E8"))) return false;
}
this.bra = this.c;
this.slice_from("e");
return true;
}
#stem() {
const v_1 = this.c;
this.#r_elisions();
this.c = v_1;
const v_2 = this.c;
this.#r_prelude();
this.c = v_2;
this.#r_mark_regions();
this.limit_backward = this.c; this.c = this.limit;
const v_3 = this.limit - this.c;
lab0: {
lab1: {
const v_4 = this.limit - this.c;
lab2: {
const v_5 = this.limit - this.c;
lab3: {
const v_6 = this.limit - this.c;
lab4: {
if (!this.#r_standard_suffix()) break lab4;
break lab3;
}
this.c = this.limit - v_6;
lab5: {
if (!this.#r_i_verb_suffix()) break lab5;
break lab3;
}
this.c = this.limit - v_6;
if (!this.#r_verb_suffix()) break lab2;
}
this.c = this.limit - v_5;
const v_7 = this.limit - this.c;
lab6: {
this.ket = this.c;
lab7: {
const v_8 = this.limit - this.c;
lab8: {
if (!(this.eq_s_b("Y"))) break lab8;
this.bra = this.c;
this.slice_from("i");
break lab7;
}
this.c = this.limit - v_8;
if (!(this.eq_s_b("\u00E7"))) {
this.c = this.limit - v_7;
break lab6;
}
this.bra = this.c;
this.slice_from("c");
}
}
break lab1;
}
this.c = this.limit - v_4;
if (!this.#r_residual_suffix()) break lab0;
}
}
this.c = this.limit - v_3;
const v_9 = this.limit - this.c;
this.#r_un_double();
this.c = this.limit - v_9;
const v_10 = this.limit - this.c;
this.#r_un_accent();
this.c = this.limit - v_10;
this.c = this.limit_backward;
const v_11 = this.c;
this.#r_postlude();
this.c = v_11;
return true;
}
stem(input) {
this.setCurrent(input);
this.#stem();
return this.getCurrent();
}
stemWord = this.stem;
}
const stemmer = new Stemmer();
export const stem = (word) => stemmer.stem(word.replace(/ee(s?)$/, "ée$1").replace(/erent$/, "èrent"));
