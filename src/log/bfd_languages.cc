// GNU ld's translations: the sentences that failed links print most. bfd_rows.inc has them from
// binutils 2.40's catalogues. The rows below are forms known from other versions' logs, and
// have not been checked against a catalogue; German has no such sentence in 2.40's. What no row
// knows ends as "other-error", never unread.
#include "log/bfd.h"

namespace ldwhy {
namespace {

using enum GnuWords;
constexpr GnuRow rows[] = {
#include "log/bfd_rows.inc"
    // French
    {"{}: dans la fonction {}:", Function, "pq"},
    {"{}: dans la fonction {} :", Function, "pq"},
    {"{}: référence indéfinie vers {}", Undefined, "pq"},
    {"{}: définitions multiples de {}", Duplicate, "pq"},
    {"{}: défini pour la première fois ici", FirstDefined, "p"},
    {"ne peut pas trouver {}", CannotFind, "l"},
    {"ne peut trouver {}", CannotFind, "l"},
    // German
    {"{}: In Funktion {}:", Function, "pq"},
    {"{}: Nicht definierter Verweis auf {}", Undefined, "pq"},
    {"{}: nicht definierter Verweis auf {}", Undefined, "pq"},
    {"{}: undefinierter Verweis auf {}", Undefined, "pq"},
    {"{}: weitere undefinierte Verweise auf {} folgen", More, "pq"},
    {"{}: Mehrfachdefinition von {}; {}: hier zuerst definiert", Duplicate, "pqp"},
    {"{}: Mehrfachdefinition von {}", Duplicate, "pq"},
    {"{}: hier zuerst definiert", FirstDefined, "p"},
    {"kann {} nicht finden", CannotFind, "l"},
    {"{} kann nicht gefunden werden", CannotFind, "l"},
    {"{} nicht gefunden", CannotFind, "l"},
    // Portuguese
    {"não foi possível encontrar {}", CannotFind, "l"},
    {"impossível localizar {}", CannotFind, "l"},
    // Russian
    {"{}: неопределенная ссылка на {}", Undefined, "pq"},
    // Chinese, simplified
    {"{}: 在函数{}中:", Function, "pq"},
    {"{}: 在函数{}中：", Function, "pq"},
    {"{}: 对{}未定义的引用", Undefined, "pq"},
    {"{}: {}未定义的引用", Undefined, "pq"},
    {"{}: {}的多重定义；{}: 第一次在此定义", Duplicate, "pqp"},
    {"{}: {}的多重定义", Duplicate, "pq"},
    {"{}：{}的多重定义", Duplicate, "pq"},
    {"{}: {}被多次定义", Duplicate, "pq"},
    {"{}：{}被多次定义", Duplicate, "pq"},
    {"{}: 第一次在此定义", FirstDefined, "p"},
    {"{}：首次定义于此", FirstDefined, "p"},
    // Chinese, traditional
    {"{}: 對 {} 未定義的參考", Undefined, "pq"},
    // Japanese
    {"{}: {} が重複して定義されています; {}: ここで最初に定義されています", Duplicate, "pqp"},
};

}  // namespace

std::span<const GnuRow> gnu_rows_of_languages() { return rows; }

}  // namespace ldwhy
