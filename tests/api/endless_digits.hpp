#pragma once

#include <dataexport/ports/file_store.hpp>

namespace api_test {

/// A published file of six billion bytes for every export: byte i is the last decimal digit of i.
class EndlessDigits final : public dataexport::FileStore {
public:
    static constexpr std::uint64_t total = 6'000'000'000;

    static char at(std::uint64_t offset) { return static_cast<char>('0' + offset % 10); }

    dataexport::Result<void> open_part(dataexport::PartId, std::uint64_t) override { return read_only(); }
    dataexport::Result<void> append(dataexport::PartId, std::string_view) override { return read_only(); }
    dataexport::Result<std::uint64_t> sync(dataexport::PartId) override { return read_only(); }
    dataexport::Result<void> publish(dataexport::PartId, std::uint64_t) override { return read_only(); }
    void close_part(dataexport::PartId) noexcept override {}
    dataexport::Result<void> discard_part(dataexport::PartId) override { return read_only(); }
    dataexport::Result<std::uint64_t> size(dataexport::ExportId) override { return total; }
    dataexport::Result<std::size_t> read(dataexport::ExportId, std::uint64_t offset, std::span<char> buffer) override {
        std::size_t count = 0;
        for (; count < buffer.size() && offset + count < total; ++count) {
            buffer[count] = at(offset + count);
        }
        return count;
    }
    dataexport::Result<void> remove(dataexport::ExportId) override { return read_only(); }
    dataexport::Result<std::vector<dataexport::StoredFile>> scan(std::optional<dataexport::ExportId>,
                                                                 std::size_t) override {
        return read_only();
    }

private:
    static dataexport::Error read_only() { return {dataexport::Errc::unsupported, "This store is read only."}; }
};

} // namespace api_test
