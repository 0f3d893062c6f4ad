#include <dataexport/assembly/compression_queue.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <string>

using namespace dataexport;

namespace {

/// Puts brackets around a text, after a while that is longer for some than for others. Fails for "bad".
class Brackets final : public Compressor {
public:
    [[nodiscard]] Compression kind() const override { return Compression::gzip; }
    Result<void> compress(std::string_view bytes, std::string& out) const override {
        ++calls_;
        if (bytes == "bad") return Error{Errc::out_of_memory, "planned"};
        for (std::size_t turn = 0; turn < bytes.size() % 7 * 100; ++turn) {
            std::this_thread::yield();
        }
        out.append("[").append(bytes).append("]");
        return ok();
    }
    [[nodiscard]] int calls() const { return calls_; }

private:
    mutable std::atomic<int> calls_ = 0;
};

void push(CompressionQueue& queue, std::string_view text) {
    CHECK(queue.text().empty());
    queue.text().append(text);
    queue.push();
}

/// Takes the oldest member and compares it with what was made of `text`.
void check_front(CompressionQueue& queue, const std::string& text) {
    const auto member = queue.front();
    REQUIRE(member.has_value());
    CHECK(member->bytes == "[" + text + "]");
    CHECK(member->text_bytes == text.size());
    queue.pop();
}

} // namespace

TEST_CASE("CompressionQueue gives members back in order, whatever the number of threads") {
    for (const std::size_t threads : {0U, 1U, 2U, 5U}) {
        CAPTURE(threads);
        const Brackets brackets;
        CompressionQueue queue(brackets, threads);
        int taken = 0;
        for (int pushed = 0; pushed < 500; ++pushed) {
            push(queue, std::to_string(pushed * pushed));
            if (queue.full()) {
                check_front(queue, std::to_string(taken * taken));
                ++taken;
            }
        }
        for (; !queue.empty(); ++taken) {
            check_front(queue, std::to_string(taken * taken));
        }
        CHECK(taken == 500);
        CHECK(brackets.calls() == 500);
    }
}

TEST_CASE("CompressionQueue: a member that cannot be compressed does not hold up the others") {
    for (const std::size_t threads : {0U, 2U}) {
        const Brackets brackets;
        CompressionQueue queue(brackets, threads);
        push(queue, "a");
        push(queue, "bad");
        push(queue, "b");
        check_front(queue, "a");
        CHECK(queue.front().error().code == Errc::out_of_memory);
        queue.pop();
        check_front(queue, "b");
        CHECK(queue.empty());
    }
}

TEST_CASE("CompressionQueue can be destroyed while members are in it, and in work") {
    for (int times = 0; times < 50; ++times) {
        const Brackets brackets;
        CompressionQueue queue(brackets, 3);
        for (int member = 0; member <= times % 8; ++member) {
            push(queue, std::string(static_cast<std::size_t>(member), 'x'));
        }
    }
}

TEST_CASE("CompressionQueue starts no thread for a single member") {
    const Brackets brackets;
    CompressionQueue queue(brackets, 4);
    push(queue, "alone");
    CHECK(brackets.calls() == 0);
    check_front(queue, "alone");
}
